#!/usr/bin/env python3
"""The official client's upsert, as a peer of pinecone-benchmark.

    pinecone-upsert.py URL KEY COUNT DIMENSIONS

Prints "CPU seconds wall-clock-seconds"; or "SKIP reason" where the client is missing.
"""

import random
import sys
import time

try:
    import pinecone
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()

url, key, count, dimensions = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
client = pinecone.Pinecone(api_key=key, host=url)
client.create_index(name="official", dimension=dimensions, metric="cosine",
                    spec=pinecone.ServerlessSpec(cloud="aws", region="us-east-1"))
index = client.Index(host=client.describe_index("official").host)
random.seed(1)
vectors = [{"id": f"v{number}", "values": [random.uniform(-1, 1) for _ in range(dimensions)], "metadata": {"n": number}}
           for number in range(count)]
cpu, wall = time.process_time(), time.perf_counter()
# As many as the real service takes at once: 2 MB.
size = 60
for first in range(0, count, size):
    index.upsert(vectors=vectors[first:first + size], namespace="a")
print("CPU", time.process_time() - cpu, time.perf_counter() - wall, flush=True)
client.delete_index("official")
