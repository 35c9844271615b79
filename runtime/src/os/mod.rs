//! What a runtime has on Unix only.

mod as_fd;
