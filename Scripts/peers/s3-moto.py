#!/usr/bin/env python3
"""moto's S3, fresh and with an empty bucket, as a real peer for tests; and botocore's signer behind a small HTTP server of ours,
so that what we sign can be compared.

moto knows what S3 does, and accepts any signature. The signer answers a POST of JSON (method, url, headers, payloadHash, region,
time, key, secret, token, expires) with the Authorization header or the address that botocore makes of it.

Prints "READY" with their addresses, as Scripts/test.sh wants it, when both answer, then waits for SIGTERM (or SIGINT).
Prints "SKIP" where a package is missing.
"""

import datetime
import http.server
import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

try:
    import boto3  # noqa: F401
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
    import moto.server  # noqa: F401
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()

import socket


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Signer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"result": sign(asked)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def sign(asked):
    when = datetime.datetime.fromtimestamp(asked["time"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: when.replace(tzinfo=None) if remove_tzinfo else when
    credentials = botocore.credentials.Credentials(asked["key"], asked["secret"], asked.get("token"))
    request = botocore.awsrequest.AWSRequest(method=asked["method"], url=asked["url"], headers=dict(asked["headers"]))
    if asked.get("expires"):
        kind = botocore.auth.S3SigV4QueryAuth(credentials, "s3", asked["region"], expires=asked["expires"])
        kind.add_auth(request)
        return request.url
    kind = botocore.auth.S3SigV4Auth(credentials, "s3", asked["region"])
    kind.payload = lambda _: asked["payloadHash"]
    kind.add_auth(request)
    return request.headers["Authorization"]


def main():
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(True))
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                              stdin=subprocess.DEVNULL, stdout=sys.stderr)
    signer = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Signer)
    threading.Thread(target=signer.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                urllib.request.urlopen(urllib.request.Request(f"{url}/companion-test", method="PUT")).close()
                break
            except (urllib.error.URLError, ConnectionError):
                if stopped or server.poll() is not None:
                    sys.exit("moto ended before it answered")
                time.sleep(0.1)
        print(f"READY COMPANION_MOTO_URL={url} COMPANION_SIGNER_URL=http://127.0.0.1:{signer.server_port}", flush=True)
        while not stopped and server.poll() is None:
            time.sleep(0.1)
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
