#!/usr/bin/env bash
# Tests the page in a real browser, against the server that is built: Scripts/browser-tests.sh [arguments of unittest]
# Tests/Browser says what they need. Without Chromium or playwright it says so loudly, and skips.
#   COMPANION_SERVER=FILE   the server to test; .build/debug/companion-server unless it is set
#   PATIENCE=SECONDS        how long a thing may take that is waited for; 60 unless it is set
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

readonly python=$PWD/.build/peers-venv/bin/python
server=${COMPANION_SERVER:-.build/debug/companion-server}

skip() {
    loud "$1: the page is not tested in a browser."
    exit 0
}

"$python" -c 'import playwright' 2>/dev/null || skip "playwright is not installed (Scripts/setup.sh --test)"
[ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null || skip "there is no Chromium"
[ -x "$server" ] || die "$server is missing: swift build --product companion-server"
COMPANION_SERVER=$(realpath "$server")
export COMPANION_SERVER PYTHONDONTWRITEBYTECODE=1
cd Tests/Browser
if [ $# -gt 0 ]; then exec "$python" -m unittest "$@"; fi
exec "$python" -m unittest --verbose
