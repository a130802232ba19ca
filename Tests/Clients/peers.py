"""The real servers of Scripts/peers, for tests that start them by themselves, and what else such tests need."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = float(os.environ.get("PATIENCE", "60"))  # seconds for what comes sooner or never


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(what, condition, patience=PATIENCE):
    """What the condition gives, once it gives something; meanwhile it may fail as the network does."""
    deadline = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError):
            if value := condition():
                return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {patience} s")
        time.sleep(0.05)


def certificate(folder, name="tls", days=2):
    """A certificate of this machine's names that we have signed ourselves, and its key: their paths."""
    paths = [f"{folder}/{name}.pem", f"{folder}/{name}.key"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
         "-keyout", paths[1], "-out", paths[0], "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, stderr=subprocess.DEVNULL)
    return paths


class Peer:
    """A server of Scripts/peers, until `stop()`. Its `values` have the names without COMPANION_. Where it can't be had, the test is skipped."""

    def __init__(self, name, *arguments):
        self.log = tempfile.NamedTemporaryFile(prefix=f"companion-{name}-", suffix=".log")
        command = [sys.executable, str(ROOT / "Scripts/peers" / f"{name}.py"), *arguments]
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=ROOT, start_new_session=True)
        answer = self.process.stdout.readline()
        if answer.startswith("SKIP"):
            self.stop()
            raise unittest.SkipTest(f"{name}: {answer[5:].strip()}")
        if not answer.startswith("READY"):
            self.stop()
            raise RuntimeError(f"{name} did not come up:\n{pathlib.Path(self.log.name).read_text()[-4_000:]}")
        pairs = (pair.split("=", 1) for pair in answer.split()[1:])
        self.values = {name.removeprefix("COMPANION_"): value for name, value in pairs}

    def __getitem__(self, name):
        return self.values[name]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            # With all that it started.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
