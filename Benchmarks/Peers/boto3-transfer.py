#!/usr/bin/env python3
"""boto3's transfer of one object, as a peer of s3-benchmark.

    boto3-transfer.py ENDPOINT KEY SECRET BUCKET BYTES

Puts a file of that size and gets it again. Prints "RATE put get": MiB a second; or "SKIP reason" where it is missing.
"""

import sys
import tempfile
import time

try:
    import boto3
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()

endpoint, key, secret, bucket, size = sys.argv[1:5] + [int(sys.argv[5])]
client = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret,
                      region_name="us-east-1")
with tempfile.TemporaryFile() as file:
    for _ in range(size >> 20):
        file.write(bytes(1 << 20))
    file.seek(0)
    start = time.perf_counter()
    client.upload_fileobj(file, bucket, "peer")
    put = time.perf_counter() - start
with tempfile.TemporaryFile() as file:
    start = time.perf_counter()
    client.download_fileobj(bucket, "peer", file)
    get = time.perf_counter() - start
client.delete_object(Bucket=bucket, Key="peer")
print("RATE", (size >> 20) / put, (size >> 20) / get, flush=True)
