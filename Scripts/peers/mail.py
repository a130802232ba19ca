#!/usr/bin/env python3
"""Servers that take mail by SMTP and keep it, on package `aiosmtpd`: one with STARTTLS, one with TLS from the first byte on, one without TLS.
All but the last want a user and a password before they take anything.

What they have taken is at an address of HTTP: GET lists it as JSON, the oldest first: "to" (a list), "from", "headers", "text", "security"
("starttls", "tls", "none") and "user". POST /refuse?next=451 has the next message refused with that code; POST /clear forgets everything.

Prints "READY" with the addresses, the user and the password, and the path of a PEM file with their certificate, as Scripts/test.sh wants it,
then waits for SIGTERM (or SIGINT). Prints "SKIP" where a package or openssl is missing.
"""

import email
import email.policy
import http.server
import json
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.parse

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()

USER, PASSWORD = "postbox", "a-secret-of-the-post"
LIMIT = 1_000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Box:
    def __init__(self):
        self.lock = threading.Lock()
        self.messages, self.refusals, self.refused = [], [], 0

    def take(self, session, envelope, security):
        with self.lock:
            if self.refusals:
                self.refused += 1
                return f"{self.refusals.pop(0)} 4.7.1 Not for {envelope.rcpt_tos[0]} now"
            message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
            self.messages.append({
                "to": envelope.rcpt_tos, "from": envelope.mail_from, "headers": dict(message.items()),
                "text": message.get_content(), "security": security,
                "user": session.auth_data.decode() if session.authenticated else None})
            del self.messages[:-LIMIT]
        return "250 2.0.0 Taken"


class Taker:
    def __init__(self, box, security):
        self.box, self.security = box, security

    async def handle_DATA(self, server, session, envelope):
        return self.box.take(session, envelope, self.security)


def authenticate(server, session, envelope, mechanism, data):
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, auth_data=data.login, handled=False)


class Shown(http.server.BaseHTTPRequestHandler):
    box = None

    def do_GET(self):
        with self.box.lock:
            self.answer({"messages": self.box.messages, "refused": self.box.refused})

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        with self.box.lock:
            if url.path == "/clear":
                self.box.messages, self.box.refusals, self.box.refused = [], [], 0
            else:
                self.box.refusals += urllib.parse.parse_qs(url.query)["next"]
        self.answer({})

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if shutil.which("openssl") is None:
        print("SKIP openssl is not installed", flush=True)
        return
    box = Box()
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = pathlib.Path(folder, "certificate.pem"), pathlib.Path(folder, "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        secured = {"authenticator": authenticate, "auth_required": True}
        controllers = [
            Controller(Taker(box, "starttls"), "127.0.0.1", free_port(), tls_context=tls, require_starttls=True, **secured),
            Controller(Taker(box, "tls"), "127.0.0.1", free_port(), ssl_context=tls, auth_require_tls=False, **secured),
            Controller(Taker(box, "none"), "127.0.0.1", free_port()),
        ]
        for controller in controllers:
            controller.start()
        Shown.box = box
        shown = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shown)
        threading.Thread(target=shown.serve_forever, daemon=True).start()
        starttls, direct, plain = (controller.port for controller in controllers)
        print(
            f"READY COMPANION_MAIL_BOX=http://127.0.0.1:{shown.server_port} COMPANION_MAIL_STARTTLS=127.0.0.1:{starttls} "
            f"COMPANION_MAIL_TLS=127.0.0.1:{direct} COMPANION_MAIL_OPEN=127.0.0.1:{plain} "
            f"COMPANION_MAIL_ROOTS={certificate} COMPANION_MAIL_LOGIN={USER}:{PASSWORD}", flush=True)
        stop.wait()
        for controller in controllers:
            controller.stop()


if __name__ == "__main__":
    main()
