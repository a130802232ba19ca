#!/usr/bin/env python3
"""OpenStack Swift with its s3api, fresh and with an empty bucket, as a real peer for tests: it verifies each signature.

Four servers of one process each, on one device that is a folder. Prints "READY" with the address, as Scripts/test.sh wants it,
when they answer, then waits for SIGTERM (or SIGINT). Prints "SKIP" where a package is missing.
"""

import getpass
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

try:
    import boto3
    import botocore.config
    import botocore.exceptions
    import swift  # noqa: F401
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()

KEY, SECRET = "test:tester", "testing"
STORAGE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
user = {user}
workers = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
user = {user}
workers = 0
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(True))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="companion-swift-"))
    programs = pathlib.Path(sys.executable).parent
    processes = []

    def start(kind, text, **values):
        file = folder / f"{kind}.conf"
        file.write_text(text.format(folder=folder, user=getpass.getuser(), kind=kind, **values))
        command = [sys.executable, programs / f"swift-{kind}-server", file]
        processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr,
                                          env={**os.environ, "SWIFT_CONF_FILE": str(folder / "swift.conf")}))

    try:
        (folder / "devices" / "d1").mkdir(parents=True)
        (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = companion\n[storage-policy:0]\n"
                                           "name = one\ndefault = yes\n")
        for kind in ("account", "container", "object"):
            port, builder = free_port(), folder / f"{kind}.builder"
            for words in (["create", "4", "1", "0"], ["add", f"r1z1-127.0.0.1:{port}/d1", "1"], ["rebalance"]):
                subprocess.run([sys.executable, programs / "swift-ring-builder", builder, *words], check=False,
                               stdout=subprocess.DEVNULL, cwd=folder)
            start(kind, STORAGE, port=port)
        port = free_port()
        start("proxy", PROXY, port=port)
        url = f"http://127.0.0.1:{port}"
        client = boto3.client("s3", endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
                              region_name="us-east-1", config=botocore.config.Config(retries={"max_attempts": 0}))
        while True:
            try:
                client.create_bucket(Bucket="companion-test")
                break
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
                if stopped or any(process.poll() is not None for process in processes):
                    sys.exit("a server of Swift ended before it answered")
                time.sleep(0.2)
        print(f"READY COMPANION_S3API_URL={url}", flush=True)
        while not stopped:
            time.sleep(0.1)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
