# shellcheck shell=bash
# The tests on the drivers that are not Linux's default.

polling() {
    export CARGO_TARGET_DIR=target/polling RUSTFLAGS='--cfg polling_by_default'
    limited cargo test --locked --workspace --tests
}

# poll(2) has no edge mode: this is the re-arming path that Windows takes.
poll() {
    export CARGO_TARGET_DIR=target/poll
    export RUSTFLAGS='--cfg polling_by_default --cfg polling_test_poll_backend'
    limited cargo test --locked --workspace --tests
}
