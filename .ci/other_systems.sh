# shellcheck shell=bash
# The systems that are not here: macOS and FreeBSD, whose queue is kqueue, are compiled and not run.
#
# Debian's Rust comes with the source of the standard library, so it builds that for any target; rustup's has only
# what rustup downloads.

# Makes Debian's Rust the one that is used, with a build directory for what it builds.
debians_rust() {
    packages rustc-web cargo-web rust-web-src || return
    export CARGO=/usr/bin/cargo RUSTC=/usr/bin/rustc
    # For -Zbuild-std, and so that a warning in our own crates is an error.
    export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_WARNINGS=true CARGO_BUILD_WARNINGS=deny
    export CARGO_TARGET_DIR=target/other_systems
}

other_systems() {
    debians_rust || skip 'rustc-web, cargo-web or rust-web-src cannot be installed'
    local target
    for target in aarch64-apple-darwin x86_64-unknown-freebsd; do
        /usr/bin/cargo check --locked --workspace --all-targets \
            -Zbuild-std=std,panic_abort --target "$target"
    done
}
