# shellcheck shell=bash
# The tests on the drivers that are not Linux's default.

polling() {
    export CARGO_TARGET_DIR=target/polling RUSTFLAGS='--cfg polling_by_default'
    tests_and_examples
}

# What steps in on Linux where the epoll driver cannot work.
poll() {
    export CARGO_TARGET_DIR=target/poll RUSTFLAGS='--cfg poll_by_default'
    tests_and_examples
}

# poll(2) has no edge mode: this is the re-arming path that Windows takes.
polling_poll() {
    export CARGO_TARGET_DIR=target/polling_poll
    export RUSTFLAGS='--cfg polling_by_default --cfg polling_test_poll_backend'
    tests_and_examples
}

# A test may run an example, and `--tests` alone does not build these.
tests_and_examples() {
    cargo build --locked --workspace --examples
    limited cargo test --locked --workspace --tests --no-fail-fast
}
