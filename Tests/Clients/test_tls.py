"""The server with a certificate, and behind a proxy that has one: the page, requests, WebSocket, cookies, and a certificate that is renewed."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

from peers import PATIENCE, ROOT, certificate, free_port, wait_for
from websockets.sync.client import connect

SERVER = os.environ.get("COMPANION_SERVER", str(ROOT / ".build/debug/companion-server"))
# What we have made ourselves nobody has signed for; that the names are right is tested by trusting it.
BLIND = ssl._create_unverified_context()


class ServerCase(unittest.TestCase):
    """A server of its own, with what `arguments` gives."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="companion-tls-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.port = free_port()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("COMPANION_", "OPENAI_"))}
        log = open(f"{cls.folder}/log", "wb")
        cls.addClassCleanup(log.close)
        cls.process = subprocess.Popen(
            [SERVER, "--port", str(cls.port), "--database", f"sqlite:{cls.folder}/db.sqlite", *cls.arguments()],
            env=environment | {"HOME": cls.folder}, stdout=log, stderr=log)
        cls.addClassCleanup(cls.stop)
        wait_for("the server's start", lambda: cls.process.poll() is not None or b"companion-server is at" in cls.log())
        if cls.process.poll() is not None:
            raise RuntimeError(cls.log().decode())

    @classmethod
    def stop(cls):
        cls.process.terminate()
        cls.process.wait(PATIENCE)

    @classmethod
    def log(cls):
        return pathlib.Path(f"{cls.folder}/log").read_bytes()

    @staticmethod
    def ask(port, method, path, body=None, headers=(), tls=None, host=None):
        """The answer, with its body read."""
        make = http.client.HTTPConnection if tls is None else http.client.HTTPSConnection
        connection = make("127.0.0.1", port, timeout=PATIENCE, **({} if tls is None else {"context": tls}))
        with contextlib.closing(connection):
            fields = {"Content-Type": "application/json"} | dict(headers) | ({"Host": host} if host else {})
            connection.request(method, path, None if body is None else json.dumps(body), fields)
            answer = connection.getresponse()
            answer.text = answer.read().decode()
            return answer

    def share_their_limit(self, port, tls=None):
        """Whether who says that they come from one address uses up what one from another address has left."""
        make = http.client.HTTPConnection if tls is None else http.client.HTTPSConnection
        connection = make("127.0.0.1", port, timeout=PATIENCE, **({} if tls is None else {"context": tls}))
        with contextlib.closing(connection):
            for address in ["203.0.113.1"] * 100 + ["203.0.113.2"]:
                connection.request("GET", "/healthz", headers={"X-Forwarded-For": address})
                answer = connection.getresponse()
                answer.read()
        left, burst = (int(re.search(pattern, answer.getheader(name))[1]) for pattern, name in (
            (r"r=(\d+)", "RateLimit"), (r"q=(\d+)", "RateLimit-Policy")))
        return left < burst - 1

    @classmethod
    def account(cls, name, port=None, **options):
        body = {"email": f"{name}@example.org", "password": "seven quiet lanterns", "name": name, "cookie": True}
        return cls.ask(port or cls.port, "POST", "/v1/accounts", body, **options)


class Certificate(ServerCase):
    @classmethod
    def arguments(cls):
        cls.chain, cls.key = certificate(cls.folder)
        return ["--tls-certificate", cls.chain, "--tls-key", cls.key]

    def trusting(self):
        context = ssl.create_default_context(cafile=self.chain)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def test_page_requests_and_cookies(self):
        trusting = self.trusting()
        page = self.ask(self.port, "GET", "/", tls=trusting)
        self.assertEqual(page.status, 200)
        self.assertIn("<!doctype html>", page.text)
        self.assertEqual(page.getheader("Strict-Transport-Security"), "max-age=31536000")
        # `localhost` is all programs' of this machine, and they have no certificate.
        self.assertIsNone(self.ask(self.port, "GET", "/", tls=trusting, host="localhost").getheader("Strict-Transport-Security"))
        answer = self.account("cookies", tls=trusting)
        self.assertEqual(answer.status, 201, answer.text)
        self.assertEqual(answer.getheader("Strict-Transport-Security"), "max-age=31536000")
        cookie = answer.getheader("Set-Cookie")
        for part in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/v1/sessions"):
            self.assertIn(f"; {part}", cookie)

    def test_web_socket(self):
        token = json.loads(self.account("socket", tls=BLIND).text)["accessToken"]
        origin = f"https://127.0.0.1:{self.port}"
        with connect(f"wss://127.0.0.1:{self.port}/v1/socket", ssl=self.trusting(), origin=origin, open_timeout=PATIENCE) as socket:
            socket.send(json.dumps({"type": "hello", "token": token}))
            self.assertEqual(json.loads(socket.recv(timeout=PATIENCE))["type"], "ready")

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while chunk := connection.recv(65_536):
                    answer += chunk
            return answer

    def test_who_comes_without_tls_is_told_how_to_come(self):
        for request in ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", f"POST /v1/sessions HTTP/1.1\r\nContent-Length: 9999\r\n\r\n{'x' * 9999}"):
            answer = self.raw(request.encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), answer)
            self.assertIn(b"https://", answer)
        # What is neither is shown out, and nobody is disturbed by it.
        self.assertNotIn(b"HTTP", self.raw(b"\x00\x01\x02 nonsense"))
        self.assertNotIn(b"HTTP", self.raw(b"\x16\x03\x01\x00\x05nonsense"))
        self.assertEqual(self.ask(self.port, "GET", "/healthz", tls=BLIND).status, 200)

    def shown(self):
        """The certificate that the server shows, in PEM."""
        return ssl.get_server_certificate(("127.0.0.1", self.port), timeout=PATIENCE)

    def test_a_renewed_certificate_is_shown_without_a_restart(self):
        before = self.shown()
        token = json.loads(self.account("renewal", tls=BLIND).text)["accessToken"]
        with connect(f"wss://127.0.0.1:{self.port}/v1/socket", ssl=BLIND, open_timeout=PATIENCE) as open_one:
            open_one.send(json.dumps({"type": "hello", "token": token}))
            open_one.recv(timeout=PATIENCE)
            chain, key = certificate(self.folder, "new")
            # First one, then the other, as programs do that renew: what does not fit together is never shown.
            os.replace(chain, self.chain)
            wait_for("the warning", lambda: b"is not used" in self.log())
            self.assertEqual(self.shown(), before)
            os.replace(key, self.key)
            wait_for("the new certificate", lambda: self.shown() != before)
            self.assertEqual(self.shown().split(), pathlib.Path(self.chain).read_text().split())
            self.assertEqual(self.ask(self.port, "GET", "/healthz", tls=self.trusting()).status, 200)
            # Who was there stays.
            open_one.send(json.dumps({"type": "ping"}))
            self.assertEqual(json.loads(open_one.recv(timeout=PATIENCE))["type"], "pong")


class Proxy(ServerCase):
    """haproxy has the certificate, with the configuration of the repository."""

    @classmethod
    def arguments(cls):
        if shutil.which("haproxy") is None:
            raise unittest.SkipTest("haproxy is not installed")
        return ["--trusted-proxies", "127.0.0.1"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chain, key = certificate(cls.folder)
        both = pathlib.Path(cls.folder, "both.pem")
        both.write_text(pathlib.Path(chain).read_text() + pathlib.Path(key).read_text())
        cls.front = free_port()
        text = (ROOT / "haproxy.cfg").read_text()
        text, binds = re.subn(r"bind :8080", f"bind 127.0.0.1:{cls.front} ssl crt {both}", text)
        text, servers = re.subn(r"    server one \S+.*", f"    server one 127.0.0.1:{cls.port}", text)
        text = re.sub(r"    server two .*\n", "", text)
        assert (binds, servers) == (1, 1), "haproxy.cfg has other lines than this test expects"
        text = re.sub(r"maxconn \d+", "maxconn 200", text)
        pathlib.Path(cls.folder, "haproxy.cfg").write_text(text)
        log = open(f"{cls.folder}/haproxy.log", "wb")
        cls.addClassCleanup(log.close)
        proxy = subprocess.Popen(["haproxy", "-db", "-f", f"{cls.folder}/haproxy.cfg"], stdout=log, stderr=log)
        cls.addClassCleanup(proxy.wait, PATIENCE)
        cls.addClassCleanup(proxy.terminate)
        wait_for("the proxy", lambda: cls.ask(cls.front, "GET", "/readyz", tls=BLIND).status == 200)

    def test_who_comes_by_tls_to_the_proxy_has_come_by_tls(self):
        page = self.ask(self.front, "GET", "/", tls=BLIND)
        self.assertEqual(page.status, 200)
        self.assertEqual(page.getheader("Strict-Transport-Security"), "max-age=31536000")
        self.assertIn("; Secure", self.account("proxied", self.front, tls=BLIND).getheader("Set-Cookie"))
        token = json.loads(self.account("proxied-socket", self.front, tls=BLIND).text)["accessToken"]
        with connect(f"wss://127.0.0.1:{self.front}/v1/socket", ssl=BLIND, open_timeout=PATIENCE,
                     origin=f"https://127.0.0.1:{self.front}") as socket:
            socket.send(json.dumps({"type": "hello", "token": token}))
            self.assertEqual(json.loads(socket.recv(timeout=PATIENCE))["type"], "ready")

    def test_nobody_says_for_themselves_where_they_come_from(self):
        # The proxy's word counts, and it takes no other's.
        self.assertTrue(self.share_their_limit(self.front, BLIND))
        # Who is trusted is believed: this machine, without the proxy between.
        self.assertFalse(self.share_their_limit(self.port))


class Stranger(ServerCase):
    """Nobody is trusted."""

    @classmethod
    def arguments(cls):
        return ["--trusted-proxies", "192.0.2.0/24"]

    def test_forwarded_headers_of_others_count_for_nothing(self):
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.1"}
        answer = self.account("stranger", headers=forwarded)
        self.assertEqual(answer.status, 201)
        self.assertNotIn("Secure", answer.getheader("Set-Cookie"))
        self.assertIsNone(answer.getheader("Strict-Transport-Security"))
        self.assertIsNone(self.ask(self.port, "GET", "/", headers=forwarded).getheader("Strict-Transport-Security"))
        self.assertTrue(self.share_their_limit(self.port))


if __name__ == "__main__":
    unittest.main()
