#!/usr/bin/env python3
"""redis-py with hiredis, 50 tasks at once, as a peer of redis-cache-benchmark.

    redis-py.py PORT COUNT

Prints "RATE get set": operations a second; or "SKIP reason" where it is missing.
"""

import asyncio
import sys
import time

try:
    import hiredis  # noqa: F401
    import redis.asyncio
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()

VALUE = b"x" * 100


async def rate(count, operation):
    left = iter(range(count))

    async def work():
        for _ in left:
            await operation()

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(50)))
    return count / (time.perf_counter() - start)


async def main():
    client = redis.asyncio.Redis(port=int(sys.argv[1]), max_connections=50)
    count = int(sys.argv[2])
    await client.set("peer", VALUE, px=600_000)
    get = await rate(count, lambda: client.get("peer"))
    put = await rate(count, lambda: client.set("peer", VALUE, px=600_000))
    print("RATE", get, put, flush=True)
    await client.aclose()


asyncio.run(main())
