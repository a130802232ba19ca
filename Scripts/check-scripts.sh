#!/usr/bin/env bash
# Checks the scripts themselves: their syntax, what shellcheck finds where it is installed, and their own tests; and the
# files of a deployment.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
shopt -s nullglob

shell=(.ci/run Scripts/*.sh Scripts/peers/*.sh)
for script in "${shell[@]}"; do bash -n "$script"; done
python3 -c 'import ast, sys; [ast.parse(open(file).read(), file) for file in sys.argv[1:]]' \
    Scripts/*.py Scripts/peers/*.py Tests/Shell/*.py

if command -v shellcheck >/dev/null; then shellcheck --external-sources "${shell[@]}"; else
    say "shellcheck is not installed: its part is left out"
fi
Scripts/check-deployment.py
PYTHONDONTWRITEBYTECODE=1 python3 -m unittest discover --start-directory Tests/Shell
