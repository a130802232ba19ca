#!/usr/bin/env python3
"""Debian's Redis servers, fresh and empty, as real peers for tests: one with a user of few rights, by TCP and by a socket; one
with TLS; a cluster of three; and a master, a replica and the sentinel that watches them.

Prints "READY" with their addresses, as Scripts/test.sh wants it, when all answer, then waits for SIGTERM (or SIGINT).
Prints "SKIP" where the server is not installed.
"""

import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PASSWORD = "a password, with %"
QUOTED = "".join(f"%{byte:02X}" for byte in PASSWORD.encode())
# What the guide to stores names: nothing else is needed.
RIGHTS = ["~companion*", "&companion*", "-@all", "+@connection", "+@read", "+@write", "+@pubsub", "+@scripting", "+time"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Servers:
    """Servers of one program, each in a folder of its own."""

    def __init__(self, server, cli):
        self.server, self.cli = server, cli
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="companion-redis-"))
        self.processes = []

    def start(self, *options):
        folder = self.folder / str(len(self.processes))
        folder.mkdir()
        command = [self.server, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no", *options]
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr))

    def ask(self, port, *words, options=()):
        command = [self.cli, "-p", str(port), *options, *words]
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout

    def wait(self, what, condition):
        while not condition():
            if any(process.poll() is not None for process in self.processes):
                sys.exit(f"a server ended before {what}")
            time.sleep(0.05)

    def wait_for(self, port, options=()):
        self.wait(f"{port} answered", lambda: "PONG" in self.ask(port, "ping", options=options))

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def plain(servers):
    port, path = free_port(), servers.folder / "socket"
    servers.start("--port", str(port), "--unixsocket", path, "--user", "default", "off", "--user", "companion", "on",
                  f">{PASSWORD}", *RIGHTS)
    servers.wait_for(port, ["--user", "companion", "--pass", PASSWORD])
    address = f"companion:{QUOTED}@"
    return [f"REDIS_URL=redis://{address}127.0.0.1:{port}/0", f"REDIS_UNIX_URL=redis+unix://{address}{path}"]


def with_tls(servers):
    port, certificate, key = free_port(), servers.folder / "tls.crt", servers.folder / "tls.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    servers.start("--port", "0", "--tls-port", str(port), "--tls-cert-file", certificate, "--tls-key-file", key,
                  "--tls-auth-clients", "no", "--requirepass", PASSWORD)
    servers.wait_for(port, ["-h", "localhost", "--tls", "--cacert", certificate, "-a", PASSWORD])
    return [f"REDIS_TLS_URL=rediss://:{QUOTED}@localhost:{port}/3?cafile={certificate}"]


def cluster(servers):
    ports = [free_port() for _ in range(3)]
    for port in ports:
        servers.start("--port", str(port), "--cluster-port", str(free_port()), "--cluster-enabled", "yes")
    for port in ports:
        servers.wait_for(port)
    names = [f"127.0.0.1:{port}" for port in ports]
    created = subprocess.run([servers.cli, "--cluster", "create", *names, "--cluster-yes"], capture_output=True, text=True)
    if created.returncode != 0:
        sys.exit(created.stdout + created.stderr)
    for port in ports:
        servers.wait("the cluster stood", lambda port=port: "cluster_state:ok" in servers.ask(port, "cluster", "info"))
    return [f"REDIS_CLUSTER_URL=redis://{','.join(names)}/?cluster=true"]


def watched(servers):
    """A master, a replica, and a sentinel that sees a failure within a second."""
    master, replica, sentinel = free_port(), free_port(), free_port()
    servers.start("--port", str(master), "--repl-diskless-sync-delay", "0")
    servers.start("--port", str(replica), "--replicaof", f"127.0.0.1 {master}")
    for port in (master, replica):
        servers.wait_for(port)
    servers.wait("the replica was in line", lambda: "master_link_status:up" in servers.ask(replica, "info", "replication"))
    settings = servers.folder / "sentinel.conf"
    settings.write_text(f"""
        sentinel monitor main 127.0.0.1 {master} 1
        sentinel down-after-milliseconds main 500
        sentinel failover-timeout main 3000
    """)
    command = [servers.server, settings, "--sentinel", "--port", str(sentinel), "--bind", "127.0.0.1"]
    servers.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr))
    servers.wait_for(sentinel)
    servers.wait("the sentinel knew all", lambda: "slaves=1" in servers.ask(sentinel, "info", "sentinel"))
    return [f"REDIS_SENTINEL_URL=redis://127.0.0.1:{sentinel}/0?sentinel=main",
            f"REDIS_SENTINEL_PORT={sentinel}"]


def serve(server, cli, package, *kinds):
    if server is None or cli is None or shutil.which("openssl") is None:
        print(f"SKIP {package} is not installed", flush=True)
        return
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(True))
    servers = Servers(server, cli)
    try:
        pairs = [pair for kind in kinds for pair in kind(servers)]
        print("READY " + " ".join(f"COMPANION_{pair}" for pair in pairs), flush=True)
        while not stopped:
            time.sleep(0.1)
    finally:
        servers.stop()


if __name__ == "__main__":
    serve(shutil.which("redis-server"), shutil.which("redis-cli"), "redis-server", plain, with_tls, cluster, watched)
