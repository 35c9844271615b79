# shellcheck shell=bash
# What the sections share: how cargo builds, how packages come, how a section says that it was skipped.

# Nothing here is built twice or debugged. A build directory for each set of flags keeps cargo from starting anew.
export CARGO_INCREMENTAL=0
export CARGO_PROFILE_DEV_DEBUG=0
export CARGO_PROFILE_TEST_DEBUG=0
export CARGO_TARGET_DIR=target/stable
export CARGO_TERM_COLOR=never
export CARGO_NET_RETRY=5
export RUST_BACKTRACE=1

# A test that hangs is a failure, not a lost hour.
limited() {
    timeout --kill-after=10s 10m "$@"
}

# skip REASON: ends the section; the run names it at its end.
skip() {
    echo "$1" >"$LOGS/${FUNCNAME[1]}.skipped"
    exit 0
}

# packages NAME…: installs what is missing of these packages of Debian, and fails where that cannot be done.
packages() {
    local name missing=()
    for name in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed ||
            missing+=("$name")
    done
    if ((${#missing[@]})); then
        package_lists &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
    fi
}

# Brings the lists of packages up to date, once in a run.
package_lists() {
    [[ -e "$LOGS/package-lists" ]] || { apt-get update -qq && touch "$LOGS/package-lists"; }
}
