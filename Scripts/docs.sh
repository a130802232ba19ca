#!/usr/bin/env bash
# Builds the reference of all library products, linked with each other, into .build/documentation. A warning is an error:
# a link to a symbol that is not there, a parameter that is documented beside one that is not.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

targets=$(swift package dump-package | python3 -c '
import json, sys
for product in json.load(sys.stdin)["products"]:
    if "library" in product["type"]:
        print(*(f"--target={target}" for target in product["targets"]))')
readonly folder=.build/documentation

# shellcheck disable=SC2086 # one word for each target
quietly swift package --allow-writing-to-directory "$folder" generate-documentation $targets \
    --enable-experimental-combined-documentation --transform-for-static-hosting --disable-indexing \
    --warnings-as-errors --output-path "$folder"
say "The reference is in $folder"
