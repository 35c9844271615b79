//! The architecture's own test: it reads the workspace's files and knows nothing of what they do.
//!
//! Every rule is one test, and its failure lists each place with what to do there. The rules look at the text, line by
//! line, without a parser: they are for people who forget, not against people who cheat. What a rule lets pass by
//! exception stands in a list beside it, with the reason.

// The files are the same on every system, so it is enough to read them on one; the crates are counted for it, too.
#![cfg(target_os = "linux")]

mod tidy {
    mod documents;
    mod findings;
    mod imports;
    mod lexer;
    mod lines;
    mod manifests;
    mod platforms;
    mod unsafe_code;
    mod workspace;
}
