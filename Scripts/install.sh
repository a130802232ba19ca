#!/usr/bin/env bash
# Builds companion, optimised, and installs it with its characters and completions: Scripts/install.sh PREFIX
# What it installs needs no Swift toolchain. Files of an earlier installation are replaced.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

prefix=${1:-}
[ $# -eq 1 ] || die "usage: Scripts/install.sh PREFIX, such as /usr/local"
case $prefix in /*) ;; *) die "PREFIX must be an absolute path: $prefix" ;; esac
readonly binaries=$prefix/bin characters=$prefix/share/companion/Characters
readonly bash_completions=$prefix/share/bash-completion/completions
readonly zsh_completions=$prefix/share/zsh/site-functions fish_completions=$prefix/share/fish/vendor_completions.d

# Before the build, which takes minutes.
for folder in "$binaries" "$characters" "$bash_completions" "$zsh_completions" "$fish_completions"; do
    mkdir -p "$folder" 2>/dev/null || true
    [ -w "$folder" ] || die "$folder can't be written: take a PREFIX of yours, such as $HOME/.local, or run this with sudo"
done

options=(--configuration release --product companion)
# A Mac has Swift's libraries; elsewhere they go into the program.
[ "$(uname)" = Darwin ] || options+=(--static-swift-stdlib -Xlinker -s)

Scripts/setup.sh
say "Building companion, optimised (the first time this takes some minutes)"
swift build "${options[@]}" </dev/null
built=$(swift build "${options[@]}" --show-bin-path)
readonly built

# Under another name first: a program that runs can't be overwritten, only replaced.
put() { install -m "$1" "$2" "$3.new" && mv -f "$3.new" "$3"; }

put 755 "$built/companion" "$binaries/companion"
for card in Sources/Examples/Support/Resources/Characters/*.png; do
    put 644 "$card" "$characters/$(basename "$card")"
done

completion=$(mktemp)
home=$(mktemp -d)
trap 'rm -rf "$completion" "$home"' EXIT
complete_for() {
    "$binaries/companion" --generate-completion-script "$1" >"$completion"
    put 644 "$completion" "$2"
}
complete_for bash "$bash_completions/companion"
complete_for zsh "$zsh_completions/_companion"
complete_for fish "$fish_completions/companion.fish"

# As somebody without any of our settings would start it, away from the build.
count=$(cd / && env -i HOME="$home" "$binaries/companion" characters | grep -c '^bundled') || count=0
[ "$count" -eq 3 ] || die "$binaries/companion was installed, but finds $count of its 3 characters"
say "$("$binaries/companion" --version | sed 's/^/companion /') is in $binaries"
case :$PATH: in *:"$binaries":*) ;; *) say "$binaries is not in your PATH: add it" ;; esac
