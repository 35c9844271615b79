# shellcheck shell=bash
# The toolchain's own checks.

format() {
    cargo fmt --all --check
}

# In the workspace, features add up and hide what a crate lacks when it is used alone.
clippy() {
    cargo clippy --locked --workspace --all-targets -- -D warnings
    cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
    local package
    for package in executor reactor net runtime; do
        cargo clippy --locked --package "$package" -- -D warnings
    done
}

docs() {
    export RUSTDOCFLAGS='-D warnings'
    cargo doc --locked --workspace --no-deps
    cargo doc --locked --workspace --no-deps --all-features --document-private-items
}

tests() {
    limited cargo test --workspace
}
