//! Whether the tests run on Wine, which is not quite Windows: a test that needs what it lacks ends early.

/// True on Wine, and then it says why the test is skipped.
pub(crate) fn lacks(what: &str) -> bool {
    let on_wine = std::env::var_os("RUNTIME_ON_WINE").is_some();
    if on_wine {
        eprintln!("skipped: Wine lacks {what}");
    }
    on_wine
}
