#!/usr/bin/env python3
"""faiss's exact index over vectors in a file, as a peer of vector-benchmark.

    faiss-flat.py VECTORS QUERIES DIMENSIONS

Both files hold numbers of single precision, one vector behind the other. Prints "READY", then for each line
"FIRST COUNT LIMIT" on standard input runs that many queries one by one, on one thread, and prints a line for each:
the microseconds, then the places of what was found. Prints "SKIP reason" where faiss is missing.
"""

import sys
import time

try:
    import faiss
    import numpy
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()


def main():
    vectors, queries, dimensions = sys.argv[1], sys.argv[2], int(sys.argv[3])
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(dimensions)
    index.add(numpy.fromfile(vectors, dtype="<f4").reshape(-1, dimensions))
    asked = numpy.fromfile(queries, dtype="<f4").reshape(-1, dimensions)
    print("READY", flush=True)
    for line in sys.stdin:
        first, count, limit = map(int, line.split())
        for query in asked[first:first + count]:
            query = query.reshape(1, -1)
            start = time.perf_counter()
            _, found = index.search(query, limit)
            took = time.perf_counter() - start
            print(took * 1e6, *found[0])
        sys.stdout.flush()


main()
