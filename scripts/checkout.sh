# What ./mezzo, ./test and bench/run share: finding .NET, installing what the machine lacks, building what is stale.
# To be sourced, with `root` set to the repository's folder. Bash 3.2 suffices, which is what macOS has.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Puts `dotnet` on the path if it is only in one of its customary folders.
find_dotnet() {
    local folder
    command -v dotnet >/dev/null && return
    for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/local/share/dotnet /usr/share/dotnet /usr/lib/dotnet; do
        if [ -n "$folder" ] && [ -x "$folder/dotnet" ]; then
            export PATH="$folder:$PATH" DOTNET_ROOT="$folder"
            return
        fi
    done
    no_sdk
}

no_sdk() {
    fail "Mezzotint is built with the .NET 10 SDK, which is not on this machine: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again."
}

need_sdk() {
    dotnet --list-sdks 2>/dev/null | grep -qE '^[1-9][0-9]\.' || no_sdk
}

has_libvips() {
    case "$(uname -s)" in
        Darwin)
            ls /opt/homebrew/lib/libvips.42.dylib /usr/local/lib/libvips.42.dylib /opt/local/lib/libvips.42.dylib 2>/dev/null | grep -q . ;;
        MINGW* | MSYS* | CYGWIN*)
            command -v libvips-42.dll >/dev/null || where libvips-42.dll >/dev/null 2>&1 ;;
        *)
            # Read to the end: grep -q would close the pipe on ldconfig, and pipefail would call that a failure.
            PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep 'libvips\.so\.42' >/dev/null ||
                ls /usr/lib/libvips.so.42 /usr/local/lib/libvips.so.42 2>/dev/null | grep -q . ||
                case "${LD_LIBRARY_PATH:-}" in *vips*) true ;; *) false ;; esac ;;
    esac
}

# Installs libvips with apt-get where that needs no password, else says the one command that installs it.
need_libvips() {
    has_libvips && return
    local sudo=''
    if command -v apt-get >/dev/null; then
        if [ "$(id -u)" != 0 ]; then sudo='sudo -n'; fi
        if [ -z "$sudo" ] || sudo -n true 2>/dev/null; then
            echo 'Installing libvips (Debian package libvips42), which reads and writes the picture files...' >&2
            local log install="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
            log="$(mktemp)"
            # The package lists may be old or absent, as they are in most containers; refreshing them is only worth it then.
            if ! $install install -y --no-install-recommends libvips42 </dev/null >"$log" 2>&1; then
                $install update </dev/null >"$log" 2>&1 || true
                $install install -y --no-install-recommends libvips42 </dev/null >>"$log" 2>&1 || cat "$log" >&2
            fi
            rm -f "$log"
            has_libvips && return
        fi
    fi
    local command
    case "$(uname -s)" in
        Darwin) command='brew install vips' ;;
        MINGW* | MSYS* | CYGWIN*)
            fail 'Mezzotint reads pictures with libvips, which is not on this machine: unpack vips-dev-w64-web from https://github.com/libvips/build-win64-mxe/releases, put its bin folder on the PATH and run this again.' ;;
        *)
            if command -v apt-get >/dev/null; then command='sudo apt-get update && sudo apt-get install -y libvips42'
            elif command -v dnf >/dev/null; then command='sudo dnf install -y vips'
            elif command -v pacman >/dev/null; then command='sudo pacman -S --noconfirm libvips'
            elif command -v zypper >/dev/null; then command='sudo zypper install -y libvips42'
            elif command -v apk >/dev/null; then command='sudo apk add vips'
            else fail 'Mezzotint reads pictures with libvips, which is not on this machine: install libvips 8.13 or later from https://www.libvips.org/install.html and run this again.'
            fi ;;
    esac
    fail "Mezzotint reads pictures with libvips, which is not on this machine: run  $command  and then this again."
}

# Gets ONNX Runtime, in which the tests run exported models, from npm. Without Node, or without a way to the registry, those tests are skipped.
# Its install script would fetch libraries for NVIDIA GPUs, which nothing here uses.
offer_onnx_runtime() {
    if [ -e "$root/tests/onnx/node_modules/.package-lock.json" ]; then return; fi
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then return 0; fi
    (cd "$root/tests/onnx" && npm install --ignore-scripts --no-audit --no-fund </dev/null >/dev/null 2>&1) || true
}

# Runs a command while no other build of this checkout runs. Its own descendants must not inherit the lock: the compiler
# server outlives the build by minutes.
one_at_a_time() {
    mkdir -p "$root/artifacts"
    if command -v flock >/dev/null; then
        { flock 8 && "$@" 8>&-; } 8>"$root/artifacts/build.lock"
    else
        "$@"
    fi
}

# Builds a project or solution for release: silent, and the compiler's complaints on standard error if it fails.
build() {
    local log
    log="$(mktemp)"
    # Build nodes kept for reuse would hold on to the terminal and to the checkout's files after we are gone.
    if ! dotnet build "$root/$1" -c Release -v quiet -nologo -nodeReuse:false </dev/null >"$log" 2>&1; then
        # Errors are listed twice, as they happen and in the summary.
        { grep -E '(error|warning) [A-Z]+[0-9]+' "$log" || cat "$log"; } | sed "s|$root/||g" | sort -u >&2
        rm -f "$log"
        echo "Building $1 failed." >&2
        return 1
    fi
    rm -f "$log"
}
