#!/usr/bin/env bash
# Makes a picture of each page in both themes into Documentation/Screenshots: Scripts/screenshots.sh [names of pages]
# Needs what Scripts/browser-tests.sh needs.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

readonly python=$PWD/.build/peers-venv/bin/python
"$python" -c 'import playwright, PIL' || die "run Scripts/setup.sh --test"
COMPANION_SERVER=$(realpath "${COMPANION_SERVER:-.build/debug/companion-server}")
export COMPANION_SERVER PYTHONDONTWRITEBYTECODE=1
exec "$python" Tests/Browser/screenshots.py "$@"
