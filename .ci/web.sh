# shellcheck shell=bash
# Other people's libraries on the runtime, behind features: what they are built with is not built for the other sections.

# The server of an example is asked by curl.
web() {
    packages curl || echo 'without curl: a part of the tests is skipped'
    local flags=(--locked --package tests --package examples --features web,examples/in-tokio)
    cargo build "${flags[@]}" --examples
    limited cargo test "${flags[@]}" --no-fail-fast \
        --test 'hyper_*' --test tokio_io --test listen_fds --test http --test web --test run
    limited cargo test --locked --package runtime --package net --all-features --doc
}
