#!/usr/bin/env python3
"""asyncpg's reads by key in transactions, as a peer of postgres-benchmark.

    asyncpg-read.py URL SCHEMA COUNT

Prints "RATE reads-a-second"; or "SKIP reason" where it is missing.
"""

import asyncio
import sys
import time

try:
    import asyncpg
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()


async def main():
    url, schema, count = sys.argv[1].replace("&channel_binding=require", ""), sys.argv[2], int(sys.argv[3])
    pool = await asyncpg.create_pool(url, min_size=8, max_size=8, server_settings={"search_path": schema})
    keys = [row["id"] for row in await pool.fetch("SELECT id FROM users")]
    left = iter(range(count))

    async def work():
        for number in left:
            async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
                await connection.fetchrow(
                    "SELECT * FROM users WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = users.id)",
                    keys[number % len(keys)])

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(8)))
    print("RATE", count / (time.perf_counter() - start), flush=True)
    await pool.close()


asyncio.run(main())
