# shellcheck shell=bash
# Windows: the tests are built with MinGW and run on Wine, through its AFD and its completion ports.
#
# Wine is not Windows: what passes is good evidence for the code path, and no proof for the system. The tests see
# RUNTIME_ON_WINE in their environment, and those that need what Wine lacks end early and say so.

windows() {
    { debians_rust && packages gcc-mingw-w64-x86-64 wine wine64; } ||
        skip 'rustc-web, rust-web-src, gcc-mingw-w64-x86-64 or wine cannot be installed'
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine
    export WINEDEBUG=-all WINEPREFIX="$PWD/target/wine" RUNTIME_ON_WINE=1
    wine_prefix
    local flags=(--locked --workspace "-Zbuild-std=std,panic_unwind,test"
        --target x86_64-pc-windows-gnu)
    /usr/bin/cargo build "${flags[@]}" --examples
    limited /usr/bin/cargo test "${flags[@]}" --tests --no-fail-fast
}

# Makes the folder in which Wine keeps its Windows, and puts the one library there that Wine 8 lacks: Rust's standard
# library asks it for random numbers.
wine_prefix() {
    local system="$WINEPREFIX/drive_c/windows/system32"
    mkdir -p "$WINEPREFIX"
    wineboot --init
    x86_64-w64-mingw32-gcc -shared -x c -o "$system/bcryptprimitives.dll" - -ladvapi32 <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL ProcessPrng(PBYTE data, SIZE_T length) {
    return SystemFunction036(data, (ULONG)length);
}
C
}
