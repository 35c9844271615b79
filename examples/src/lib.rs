//! Short programs that people copy: each file beside this folder is one. This library part is empty.
