#!/usr/bin/env bash
# Tests the gateway with real clients and with hostile ones, with TLS, and on all stores at once, against the server that is built:
#   Scripts/client-tests.sh [arguments of unittest]
# test_everything starts servers of Scripts/peers, and is skipped where one can't be had.
# Without the clients' packages it says so loudly, and skips.
#   COMPANION_SERVER=FILE   the server to test; .build/debug/companion-server unless it is set
#   PATIENCE=SECONDS        how long a thing may take that is waited for; 60 unless it is set
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"

readonly python=$PWD/.build/peers-venv/bin/python
server=${COMPANION_SERVER:-.build/debug/companion-server}

if ! "$python" -c 'import openai, websockets' 2>/dev/null; then
    loud "openai and websockets are not installed (Scripts/setup.sh --test): the gateway is not tested with real clients."
    exit 0
fi
[ -x "$server" ] || die "$server is missing: swift build --product companion-server"
COMPANION_SERVER=$(realpath "$server")
export COMPANION_SERVER PYTHONDONTWRITEBYTECODE=1
cd Tests/Clients
if [ $# -gt 0 ]; then exec "$python" -m unittest "$@"; fi
exec "$python" -m unittest --verbose
