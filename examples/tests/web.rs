//! Runs the examples that speak with the web, `http`, `ws` and `fetch`, and looks at how they bear bad days.

mod program;

mod web {
    mod background;
    mod deaf;
    mod fetch;
    mod fetch_failures;
    #[cfg(unix)]
    mod fetch_terminal;
    mod http_silence;
    mod site;
    mod ws;
    mod ws_refusals;
}
