# shellcheck shell=bash
# What goes wrong between threads, and with memory.

loom() {
    export CARGO_TARGET_DIR=target/loom RUSTFLAGS='--cfg loom'
    limited cargo test --locked --package executor --package reactor --lib --release model
}

# The sanitizer is part of the stable toolchain, and its flag is not. With a target named, the flag spares the build
# scripts and macros.
asan() {
    export CARGO_TARGET_DIR=target/asan RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address
    export RUNTIME_UNDER_ASAN=1
    local flags=(--locked --package tests --tests --no-fail-fast --target x86_64-unknown-linux-gnu)
    limited cargo test "${flags[@]}"
    # There the kernel writes to the memory, unseen by the sanitizer, but what is freed too early is used by somebody.
    if kernel_has_uring; then
        limited cargo test "${flags[@]}" --features uring
    fi
}
