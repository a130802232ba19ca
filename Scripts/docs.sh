#!/usr/bin/env bash
# Builds the reference of all library products, linked with each other, into .build/documentation. A link to
# a symbol that is not there is an error, and so is a parameter that is documented and not there.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

targets=$(swift package dump-package | python3 -c '
import json, sys
for product in json.load(sys.stdin)["products"]:
    if "library" in product["type"]:
        print(*(f"--target={target}" for target in product["targets"]))')
readonly folder=.build/documentation

# DocC speaks on standard output and the build on standard error: in one pipe they would cut into each other's lines.
readonly build_output=.build/documentation.log
# shellcheck disable=SC2086 # one word for each target
output=$(swift package --allow-writing-to-directory "$folder" generate-documentation $targets \
    --enable-experimental-combined-documentation --transform-for-static-hosting --disable-indexing \
    --output-path "$folder" 2>"$build_output" </dev/null) || die "the reference does not build:
$output
$(cat "$build_output")"
# A parameter that its name explains needs no words: all other warnings are errors.
if faults=$(printf '%s\n' "$output" "$(cat "$build_output")" | grep -A 3 -E '^(warning|error): ' |
    grep -vE '^(warning|error): .*(is missing documentation|explicitly declare them)' |
    grep -A 3 -E '^(warning|error): '); then
    die "the reference has faults:
$faults"
fi
say "The reference is in $folder"
