#!/usr/bin/env bash
# Makes Benchmarks/.build/peers-venv, the Python environment of the programs beside this file.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .build/peers-venv/bin/python ] || python3 -m venv .build/peers-venv
.build/peers-venv/bin/pip install --quiet --requirement Peers/requirements.txt
