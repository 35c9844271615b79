# shellcheck shell=bash
# What a slowdown shows in without a clock: allocations, instructions, system calls.

# The benchmarks are no members of the workspace, and their peers are not built here.
figures() {
    packages linux-perf valgrind
    export CARGO_TARGET_DIR=$PWD/benches/target
    (
        cd benches
        cargo fmt --all --check
        # What needs no peer's dependencies; these would take ten minutes to build.
        cargo clippy --locked -p benches -p work -p load -p peer-ours -p peer-ours-uring -p peer-floor \
            --all-targets -- -D warnings
        limited cargo test --locked --release -p benches
        limited cargo run --locked --release -- bounds
    )
}
