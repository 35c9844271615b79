//! The tests stand in the folder `tests` beside this one; this library part is empty.
