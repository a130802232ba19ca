#!/usr/bin/env python3
"""Debian's Postgres server, fresh and empty, as a real peer for tests: passwords by SCRAM, and nothing without TLS.

Prints "READY" with its address, as Scripts/test.sh wants it, when the server answers, then waits for SIGTERM (or SIGINT).
Prints "SKIP" where the server is not installed. At SIGHUP the server is ended as by a crash, and started again. Postgres refuses to run as root: as root, it runs as the user postgres.
"""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PASSWORD = "a password, with %"
HBA = """
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""
HBA_WITH_TLS = """
local all all trust
hostssl all all 127.0.0.1/32 scram-sha-256
hostnossl all all 127.0.0.1/32 reject
"""
# It survives its own death, and need not survive the machine's.
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 200
ssl = {ssl}
fsync = off
full_page_writes = off
"""


def binaries():
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))
    found = shutil.which("initdb")
    return folders[-1] if folders else pathlib.Path(found).parent if found else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(programs, package, variable, tls, extension=None):
    """Runs a server of these programs until SIGTERM, and tells its address in this variable."""
    if programs is None or (tls and shutil.which("openssl") is None):
        print(f"SKIP {package} is not installed", flush=True)
        return
    stopped, crashes = [], []
    signal.signal(signal.SIGHUP, lambda *_: crashes.append(True))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(True))

    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    folder = pathlib.Path(tempfile.mkdtemp(prefix="companion-postgres-"))
    server = None
    try:
        os.chmod(folder, 0o755)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
            if not can_run(programs / "initdb", identity):
                # They lie in a folder that is root's alone.
                shutil.copytree(programs.parent, folder / "programs", symlinks=True)
                programs = folder / "programs" / programs.name
        data, port = folder / "data", free_port()

        def run(*command, **options):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **identity, **options)

        run(programs / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust")
        certificate = folder / "root.crt"
        if tls:
            run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", data / "server.key", "-out", data / "server.crt",
                stderr=subprocess.DEVNULL)
            shutil.copyfile(data / "server.crt", certificate)
        (data / "pg_hba.conf").write_text(HBA_WITH_TLS if tls else HBA)
        with open(data / "postgresql.conf", "a") as settings:
            settings.write(SETTINGS.format(port=port, folder=folder, ssl="on" if tls else "off"))

        def start():
            return subprocess.Popen([programs / "postgres", "-D", data], cwd="/", stdin=subprocess.DEVNULL, **identity)

        server = start()

        psql = (programs / "psql", "-q", "-h", folder, "-p", str(port), "-U", "postgres")
        while subprocess.run([*psql, "-c", "SELECT 1"], capture_output=True, cwd="/").returncode != 0:
            if stopped or server.poll() is not None:
                sys.exit("Postgres ended before it answered")
            time.sleep(0.05)
        run(*psql, "-c", f"CREATE ROLE companion LOGIN PASSWORD '{PASSWORD}'", "-c",
            "CREATE DATABASE companion OWNER companion")
        if extension:
            run(*psql, "-d", "companion", "-c", f"CREATE EXTENSION {extension}")
        password = "".join(f"%{byte:02X}" for byte in PASSWORD.encode())
        query = f"sslmode=verify-full&sslrootcert={certificate}&channel_binding=require" if tls else "sslmode=disable"
        print(f"READY {variable}=postgres://companion:{password}@localhost:{port}/companion?{query}", flush=True)
        while not stopped and server.poll() is None:
            if crashes:
                crashes.clear()
                server.send_signal(signal.SIGQUIT)
                server.wait(30)
                server = start()
            time.sleep(0.1)
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # ends it with the sessions that are still there
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def can_run(program, identity):
    try:
        return subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, cwd="/", **identity).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    serve(binaries(), "postgresql or openssl", "COMPANION_POSTGRES_URL", tls=True)
