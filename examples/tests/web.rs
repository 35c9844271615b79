//! Runs the examples that speak with the web, and looks at how they bear bad days.

mod program;

mod web {
    mod background;
    mod deaf;
    mod ws;
    mod ws_refusals;
}
