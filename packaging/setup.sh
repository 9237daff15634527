# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by packaging/run and packaging/test: what is missing, and how it gets here. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf 'gatehouse: %s\n' "$*" >&2; }

# packages KIND…: the names that the list gives to these kinds.
packages() {
    local kinds
    kinds=$(IFS='|'; printf '%s' "$*")
    sed -nE "s/^([a-z0-9][^ ]*) +\[($kinds)\]\$/\1/p" "$root/packaging/dependencies/apt.txt"
}

say_what_to_install() {
    local list=""
    case "$(uname -s)" in
        Darwin) list=brew.txt ;;
        Linux) command -v dnf >/dev/null 2>&1 && list=dnf.txt ;;
    esac
    if [ -n "$list" ]; then
        say "this script installs packages with apt only. Please install these, then run it again:"
        grep -v '^#' "$root/packaging/dependencies/$list" >&2
    else
        say "this script installs packages with apt only. Please install what packaging/dependencies/ names for your system, then run it again."
    fi
}

# install_missing KIND…: asks dpkg what is there and installs only what is not.
install_missing() {
    if ! command -v apt-get >/dev/null 2>&1; then
        if ! command -v cmake >/dev/null 2>&1 || ! command -v ninja >/dev/null 2>&1; then
            say_what_to_install
            exit 1
        fi
        return 0
    fi
    local wanted present missing
    wanted=$(packages "$@" | sort)
    # dpkg-query fails as soon as one name is unknown, which on a fresh machine is the usual case, not an error.
    # shellcheck disable=SC2086 # the list is words
    present=$( (dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $wanted 2>/dev/null || true) | sed -n 's/^ii *//p' | sort)
    missing=$(comm -23 <(printf '%s\n' "$wanted") <(printf '%s\n' "$present"))
    [ -z "$missing" ] && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            say "these packages are missing, and installing them needs root: $(echo $missing)"
            exit 1
        fi
        as_root=(sudo)
    fi
    say "installing: $(echo $missing)"
    local log="$root/build/packages.log"
    mkdir -p "$root/build"
    # shellcheck disable=SC2086
    if ! { "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        say "installing failed; the whole output is in build/packages.log"
        exit 1
    fi
}

# build PRESET [CMAKE OPTION…]: configures once, builds what changed.
build() {
    local preset=$1
    shift
    local dir="$root/build/$preset"
    local log="$dir/setup.log"
    mkdir -p "$dir"
    if [ ! -f "$dir/build.ninja" ] || [ "$(cat "$dir/.options" 2>/dev/null)" != "$*" ]; then
        say "configuring ($preset)"
        if ! (cd "$root" && cmake --preset "$preset" "$@") >"$log" 2>&1; then
            tail -n 40 "$log" >&2
            say "configuring failed; the whole output is in build/$preset/setup.log"
            exit 1
        fi
        printf '%s' "$*" >"$dir/.options"
    fi
    if ninja -C "$dir" -n 2>/dev/null | grep -q 'no work to do'; then
        return 0
    fi
    say "building ($preset); the first time takes a few minutes"
    if [ -t 2 ]; then
        ninja -C "$dir" >&2
    else
        ninja -C "$dir" >"$log" 2>&1 || { grep -aE -A 12 'FAILED|error:' "$log" | head -n 80 >&2; say "building failed; the whole output is in build/$preset/setup.log"; exit 1; }
    fi
}
