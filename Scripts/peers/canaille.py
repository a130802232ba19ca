#!/usr/bin/env python3
"""Canaille, a real provider of OpenID Connect, with a person, two clients, and a browser that signs the person in.

Prints "READY" with the addresses, as Scripts/test.sh wants it, when both answer, then waits for SIGTERM (or SIGINT), or for the
end of its standard input with --until-eof. Prints "SKIP" where the package is missing. With --redirect URI the clients may send people
there too.

The browser is an address that is asked with ?to=URL: it follows the redirects from there, fills the provider's forms, agrees,
and answers with the address that the provider sends it to in the end.
"""

import argparse
import html.parser
import http.cookiejar
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

REDIRECT = "https://host.example/callback"
PERSON = {"login": "ada", "password": "correct horse battery"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def settings(folder, port):
    from joserfc.jwk import ECKey, OctKey, RSAKey

    keys = [RSAKey.generate_key(2048, {"kid": "rsa"}), ECKey.generate_key("P-256", {"kid": "ec"})]
    inline = ", ".join(
        "{" + ", ".join(f"{name} = {json.dumps(value)}" for name, value in key.as_dict(private=True).items()) + "}"
        for key in keys)
    return f"""
SECRET_KEY = {json.dumps(OctKey.generate_key(256).as_dict()["k"])}
SERVER_NAME = "127.0.0.1:{port}"
PREFERRED_URL_SCHEME = "http"

[CANAILLE]
EMAIL_CONFIRMATION = false

[CANAILLE_SQL]
DATABASE_URI = "sqlite:///{folder}/canaille.sqlite"

[CANAILLE_OIDC]
ACTIVE_JWKS = [{inline}]
"""


class Forms(html.parser.HTMLParser):
    """The forms of a page: where each goes, and its fields."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        fields = dict(attributes)
        if tag == "form":
            self.forms.append((fields.get("action") or "", {}, []))
        elif self.forms and tag in ("input", "button") and fields.get("name"):
            if fields.get("type") == "submit" or tag == "button":
                self.forms[-1][2].append((fields["name"], fields.get("value") or ""))
            else:
                self.forms[-1][1][fields["name"]] = fields.get("value") or ""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def sign_in(address):
    """Where the provider sends a browser in the end that asks for the address and agrees to everything."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), NoRedirect())
    data = None
    for _ in range(20):
        try:
            request = urllib.request.Request(address, data, {"Referer": address})
            with opener.open(request, timeout=20) as answer:
                page, location = answer.read().decode(), None
        except urllib.error.HTTPError as error:
            page, location = error.read().decode(errors="replace"), error.headers.get("Location")
            if location is None:
                return f"ERROR {error.code} {page[:2000]}"
        data = None
        if location is not None:
            address = urllib.parse.urljoin(address, location)
            if address.startswith(REDIRECT):
                return address
            continue
        wanted = [form for form in Forms(page).forms if set(form[1]) & {"login", "password"} or ("answer", "accept") in form[2]]
        if not wanted:
            return f"ERROR no form that is known: {page[:2000]}"
        action, fields, buttons = wanted[0]
        fields.update({name: value for name, value in PERSON.items() if name in fields})
        fields.update([("answer", "accept")] if ("answer", "accept") in buttons else buttons[:1])
        address = urllib.parse.urljoin(address, action) if action else address
        data = urllib.parse.urlencode(fields).encode()
    return "ERROR too many pages"


class Browser(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        try:
            body = sign_in(query["to"][0]).encode()
        except Exception as error:  # whatever it is, the test should say it
            body = f"ERROR {error!r}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--until-eof", action="store_true", help="end with standard input too")
    arguments.add_argument("--redirect", metavar="URI", action="append", default=[], help="where clients may send people to")
    options = arguments.parse_args()
    until_eof = options.until_eof
    program = pathlib.Path(sys.executable).with_name("canaille")
    if not program.exists():
        print("SKIP canaille is not installed", flush=True)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_eof:
        threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        configuration = pathlib.Path(folder, "canaille.toml")
        configuration.write_text(settings(folder, port))
        environment = {**os.environ, "CONFIG": str(configuration)}

        def run(*words):
            return subprocess.run(
                [program, *words], env=environment, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout

        run("install")
        run("create", "user", "--user-name", PERSON["login"], "--password", PERSON["password"], "--family-name",
            "Lovelace", "--given-name", "Ada", "--formatted-name", "Ada Lovelace", "--emails", "ada@example.org")
        for algorithm in ("RS256", "ES256"):
            client = "client-" + algorithm.lower()
            run("create", "client", "--client-id", client, "--client-secret", "secret of " + client, "--client-name",
                client, "--client-uri", "https://host.example", *(word for uri in [REDIRECT, *options.redirect] for word in ("--redirect-uris", uri)), "--grant-types",
                "authorization_code", "--response-types", "code", "--scope", "openid", "--scope", "email", "--scope",
                "profile", "--token-endpoint-auth-method", "client_secret_post", "--id-token-signed-response-alg",
                algorithm)
            run("set", "client", client, "--audience", client)
        server = subprocess.Popen(
            [program, "run", "--bind", f"127.0.0.1:{port}"], env=environment, cwd=folder, stdout=sys.stderr)
        browser = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Browser)
        threading.Thread(target=browser.serve_forever, daemon=True).start()
        try:
            discovery = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
            while not stop.is_set() and server.poll() is None:
                try:
                    urllib.request.urlopen(discovery, timeout=2).read()
                    break
                except OSError:
                    time.sleep(0.1)
            if server.poll() is not None:
                sys.exit("canaille ended before it answered")
            print(
                f"READY COMPANION_CANAILLE_URL=http://127.0.0.1:{port} "
                f"COMPANION_CANAILLE_BROWSER=http://127.0.0.1:{browser.server_address[1]}/", flush=True)
            stop.wait()
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


if __name__ == "__main__":
    main()
