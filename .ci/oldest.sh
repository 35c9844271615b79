# shellcheck shell=bash
# The oldest Rust that the manifest promises: Debian 12 still has packages of exactly that one. A newer one of Debian
# may be installed at the same time, so these are unpacked into a folder instead.

oldest() {
    local rust version root="$PWD/target/oldest-rust" package
    rust=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    package_lists || skip 'the lists of packages cannot be read'
    version=$(apt-cache madison rustc-web | awk -v rust="$rust" '$3 ~ "^" rust "[.]" { print $3; exit }')
    [[ -n "$version" ]] || skip "there is no package of Rust $rust"

    rm -rf "$root"
    mkdir -p "$root/packages/partial"
    # This finds what they stand on, too. Nothing is installed: a downgrade is only what apt would call it.
    apt-get install -y -qq --no-install-recommends --download-only --allow-downgrades \
        -o Dir::Cache::archives="$root/packages" \
        "rustc-web=$version" "cargo-web=$version" "libstd-rust-web-dev=$version" ||
        skip "the packages of Rust $rust cannot be fetched"
    for package in "$root"/packages/*.deb; do
        dpkg --extract "$package" "$root"
    done

    export CARGO_TARGET_DIR=target/oldest RUSTC="$root/usr/bin/rustc"
    export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu"
    "$RUSTC" --version | grep -F "rustc $rust."
    "$root/usr/bin/cargo" check --locked --workspace --all-targets --all-features
}
