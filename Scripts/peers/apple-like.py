#!/usr/bin/env python3
"""A provider of OpenID Connect with Apple's peculiarities, as a peer for tests.

Its answers come as a form; the client shows who it is by a JWT that it signs (ES256); `email_verified` is a string; the name comes
once, beside the token; a code is good once. POST /rotate gives it a new key, under a new name.

With --redirect URI it answers there, and shows a page for people first: who they are (an address), and whether they want to. They may
not, as at Apple's; and on POST /break nobody is given a token, until the next one.

Prints "READY" with its address, team, client and the client's key (base64 of PEM), as Scripts/test.sh wants it, then waits for
SIGTERM (or SIGINT), or for the end of its standard input with --until-eof. Prints "SKIP" where the package is missing.
"""

import argparse
import base64
import hashlib
import html
import http.server
import json
import secrets
import signal
import sys
import threading
import time
import urllib.parse

TEAM, CLIENT, KEY_ID = "TEAM000001", "example.companion.web", "KEY0000001"
REDIRECT = "https://host.example/callback"


class Refusal(Exception):
    """With the code of RFC 6749."""


class Provider:
    def __init__(self, redirect=None):
        from joserfc.jwk import ECKey

        self.redirect, self.is_for_people, self.is_broken = redirect or REDIRECT, redirect is not None, False

        self.client_key = ECKey.generate_key("P-256", {"kid": KEY_ID})
        self.codes = {}
        self.knows_name = set()
        self.keys = []
        self.rotate()

    def rotate(self):
        from joserfc.jwk import RSAKey

        self.keys = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(5), "use": "sig", "alg": "RS256"})]

    def check(self, query):
        if query.get("client_id") != CLIENT or query.get("redirect_uri") != self.redirect:
            raise Refusal("invalid_client")
        if query.get("response_mode") != "form_post" and set(query.get("scope", "").split()) & {"name", "email"}:
            raise Refusal("invalid_request: response_mode must be form_post when name or email scope is requested")
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            raise Refusal("invalid_request")

    def authorize(self, query, email="ada@example.org"):
        """The form that a browser would send to the client."""
        self.check(query)
        code = "c" + secrets.token_urlsafe(24)
        self.codes[code] = {
            "challenge": query["code_challenge"], "nonce": query.get("nonce"), "at": time.time(), "email": email}
        fields = {"code": code, "state": query.get("state", "")}
        if email not in self.knows_name:
            self.knows_name.add(email)
            fields["user"] = json.dumps({"name": {"firstName": "Ada", "lastName": "Lovelace"}, "email": email})
        return fields

    def exchange(self, form, issuer):
        from joserfc import jwt

        if self.is_broken:
            raise Refusal("server_error")
        try:
            secret = jwt.decode(form.get("client_secret", ""), self.client_key, algorithms=["ES256"])
        except Exception as error:
            raise Refusal("invalid_client") from error
        claims, now = secret.claims, time.time()
        if (
            secret.header.get("kid") != KEY_ID or claims.get("iss") != TEAM or claims.get("sub") != CLIENT
            or claims.get("aud") != issuer or not now < claims.get("exp", 0) <= now + 15777000
        ):
            raise Refusal("invalid_client")
        grant = self.codes.pop(form.get("code"), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if grant is None or now > grant["at"] + 300 or form.get("redirect_uri") != self.redirect:
            raise Refusal("invalid_grant")
        if challenge.rstrip(b"=").decode() != grant["challenge"]:
            raise Refusal("invalid_grant")
        key = self.keys[0]
        token = jwt.encode(
            {"alg": "RS256", "kid": key.kid},
            {
                "iss": issuer, "aud": CLIENT, "sub": self.subject(grant["email"]), "iat": int(now), "exp": int(now) + 600,
                "nonce": grant["nonce"], "nonce_supported": True, "email": grant["email"], "email_verified": "true",
                "is_private_email": "false", "auth_time": int(now),
            }, key)
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "id_token": token}


    @staticmethod
    def subject(email):
        return "001234." + ("abcdef" if email == "ada@example.org" else hashlib.sha256(email.encode()).hexdigest()[:12]) + ".0001"


class Handler(http.server.BaseHTTPRequestHandler):
    provider = None

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        try:
            match url.path:
                case "/.well-known/openid-configuration":
                    self.answer(200, {
                        "issuer": self.issuer, "authorization_endpoint": self.issuer + "/auth/authorize",
                        "token_endpoint": self.issuer + "/auth/token", "jwks_uri": self.issuer + "/auth/keys",
                        "response_modes_supported": ["query", "fragment", "form_post"],
                        "id_token_signing_alg_values_supported": ["RS256"]})
                case "/auth/keys":
                    self.answer(200, {"keys": [key.as_dict(private=False) for key in self.provider.keys]})
                case "/auth/authorize":
                    if self.provider.is_for_people:
                        self.provider.check(query)
                        self.page(
                            f'<title>Like Apple</title><form method="post" action="/auth/answer?{html.escape(url.query)}">'
                            '<label>Apple Account <input name="email" value="ada@example.org"></label>'
                            '<button name="answer" value="yes">Continue</button>'
                            '<button name="answer" value="no">Cancel</button></form>')
                    else:
                        self.page(self.form(self.provider.authorize(query)))
                case _: self.answer(404, {"error": "not_found"})
        except Refusal as refusal:
            self.answer(400, {"error": str(refusal)})

    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65536)).decode()
        try:
            match self.path.split("?")[0]:
                case "/auth/answer":
                    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
                    form = dict(urllib.parse.parse_qsl(body))
                    if form.get("answer") == "yes":
                        fields = self.provider.authorize(query, form["email"])
                    else:
                        self.provider.check(query)
                        fields = {"error": "user_cancelled_authorize", "state": query.get("state", "")}
                    # The browser posts it itself, from here: another site than the client's.
                    self.page(self.form(fields) + "<script>document.forms[0].submit()</script>")
                case "/break":
                    self.provider.is_broken = not self.provider.is_broken
                    self.answer(200, {})
                case "/auth/token":
                    self.answer(200, self.provider.exchange(dict(urllib.parse.parse_qsl(body)), self.issuer))
                case "/rotate":
                    self.provider.rotate()
                    self.answer(200, {})
                case _: self.answer(404, {"error": "not_found"})
        except Refusal as refusal:
            self.answer(400, {"error": str(refusal)})

    def form(self, fields):
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items())
        return f'<form method="post" action="{self.provider.redirect}">{inputs}</form>'

    def answer(self, status, value):
        self.send(status, "application/json", json.dumps(value).encode())

    def page(self, text):
        self.send(200, "text/html", text.encode())

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--until-eof", action="store_true", help="end with standard input too")
    arguments.add_argument("--redirect", metavar="URI", help="answer there, and ask people first")
    options = arguments.parse_args()
    until_eof = options.until_eof
    try:
        Handler.provider = Provider(options.redirect)
    except ImportError as error:
        print(f"SKIP {error}", flush=True)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_eof:
        threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    key = base64.b64encode(Handler.provider.client_key.as_pem(private=True)).decode()
    print(
        f"READY COMPANION_APPLE_LIKE_URL=http://127.0.0.1:{server.server_address[1]} COMPANION_APPLE_LIKE_TEAM={TEAM} "
        f"COMPANION_APPLE_LIKE_CLIENT={CLIENT} COMPANION_APPLE_LIKE_KEY_ID={KEY_ID} COMPANION_APPLE_LIKE_KEY={key}",
        flush=True)
    stop.wait()


if __name__ == "__main__":
    main()
