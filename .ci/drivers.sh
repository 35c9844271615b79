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

# The whole suite on io_uring, where the kernel has it and lets us.
uring() {
    kernel_has_uring || skip 'this kernel gives us no io_uring'
    export CARGO_TARGET_DIR=target/uring
    tests_and_examples --features tests/uring
}

# Asks it without our own code: what is broken there must not look like an old kernel. 425 is io_uring_setup(2).
kernel_has_uring() {
    perl -e 'my $parameters = "\0" x 120; exit(syscall(425, 4, $parameters) < 0)'
}

# A test may run an example, and `--tests` alone does not build these.
tests_and_examples() {
    cargo build --locked --workspace --examples "$@"
    limited cargo test --locked --workspace --tests --no-fail-fast "$@"
}
