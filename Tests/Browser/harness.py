"""What the tests of the page stand on: the real companion-server with a database of its own, a scripted model, a browser."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from playwright.sync_api import expect, sync_playwright

from model import ScriptedModel

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Clients"))
from peers import free_port  # noqa: E402
PAGE = ROOT / "Sources/Examples/CompanionServer/Page"
SERVER = os.environ.get("COMPANION_SERVER", str(ROOT / ".build/debug/companion-server"))
CHARACTERS = ROOT / "Scripts/Characters"
PASSWORD = "seven quiet lanterns"
# Generous, because all that is waited for comes sooner or never.
PATIENCE = float(os.environ.get("PATIENCE", "60")) * 1_000

expect.set_options(timeout=PATIENCE)

TIERS = [{"name": "free", "title": "Free", "limits": {"messagesPerDay": 3, "characters": 5, "memories": 100}}]


class Server:
    """The real server, until `close()`. `page` is the folder that is served; None serves what is built into it."""

    # What we make ourselves nobody has signed for.
    TLS = ssl._create_unverified_context()

    def __init__(self, model, *arguments, page=PAGE, address="http://127.0.0.1", port=None, environment=None):
        self.folder = tempfile.mkdtemp(prefix="companion-browser-")
        self.port = port or free_port()
        self.url = f"{address}:{self.port}"
        self.environment = environment or {}
        self.arguments = [
            SERVER,
            "--port",
            str(self.port),
            "--database",
            f"sqlite:{self.folder}/db.sqlite",
            "--blobs",
            f"file:{self.folder}/blobs",
            "--model",
            "scripted",
            "--openai-api",
            "chat",
            "--openai-base-url",
            model.url,
            *arguments,
            *(["--page", str(page)] if page else []),
        ]
        self.start()

    def start(self):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("COMPANION_", "OPENAI_"))
        }
        environment |= {"OPENAI_API_KEY": "scripted", "HOME": self.folder, **self.environment}
        with open(f"{self.folder}/log", "ab") as log:
            self.process = subprocess.Popen(self.arguments, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE / 1_000
        while True:
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"{self.url}/readyz", timeout=5, context=self.TLS).status == 200:
                    return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server does not come up:\n{self.log()}")
            time.sleep(0.05)

    def log(self):
        return pathlib.Path(f"{self.folder}/log").read_text(errors="replace")[-4_000:]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE / 1_000)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # By the API, for what a test takes as given

    def call(self, method, path, body=None, token=None, kind="application/json"):
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": kind, **({"Authorization": f"Bearer {token}"} if token else {})}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE / 1_000, context=self.TLS) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def account(self, email, name="Robin", onboarded=True):
        token = self.call("POST", "/v1/accounts", {"email": email, "password": PASSWORD, "name": name})["accessToken"]
        if onboarded:
            self.call("PATCH", "/v1/me", {"preferences": {"ageBand": "adult"}}, token)
        return token

    def chat(self, token, name="luna"):
        card = (CHARACTERS / f"{name}.json").read_bytes()
        character = self.call("POST", "/v1/characters", card, token)["character"]["id"]
        return self.call("POST", "/v1/chats", {"character": character}, token)["chat"]["id"]


class BrowserCase(unittest.TestCase):
    """A test with a server, a model and a browser. What the page says on its console fails the test."""

    arguments = ()
    browser_arguments = ()
    context_options = {}
    page_folder = PAGE

    @classmethod
    def make_server(cls):
        return Server(cls.model, *cls.arguments, page=cls.page_folder)

    @classmethod
    def setUpClass(cls):
        cls.model = ScriptedModel()
        cls.addClassCleanup(cls.model.close)
        cls.server = cls.make_server()
        cls.addClassCleanup(cls.server.close)
        playwright = sync_playwright().start()
        cls.addClassCleanup(playwright.stop)
        path = (
            os.environ.get("CHROMIUM")
            or shutil.which("chromium")
            or shutil.which("chromium-browser")
            or shutil.which("google-chrome")
        )
        cls.browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", *cls.browser_arguments])
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.complaints = []
        self.email = f"{self.id().split('.')[-1].replace('_', '-')[5:45].strip('-')}@example.org"
        self.model.release()

    def tearDown(self):
        self.assertEqual(self.complaints, [], "the page complained")

    def context(self, **options):
        context = self.browser.new_context(**{"viewport": {"width": 1200, "height": 800}, "locale": "en-GB", **self.context_options, **options})
        context.set_default_timeout(PATIENCE)
        self.addCleanup(context.close)
        return context

    def open(self, context, path="/"):
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self.hear)
        page.goto(self.server.url + path)
        return page

    def hear(self, message):
        # What the network says is expected, where a test cuts it or is not signed in; all else is a defect.
        if message.type == "error" and not re.search(
            r"Failed to load resource|WebSocket connection|ERR_", message.text
        ):
            self.complaints.append(message.text)

    def sign_in(self, page, email=None):
        page.get_by_label("Email").fill(email or self.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()

    def signed_in(self, path="/", **options):
        """A page of somebody new who is past the welcome."""
        token = self.server.account(self.email)
        page = self.open(self.context(**options), "/sign-in")
        self.sign_in(page)
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        if path != "/":
            page.goto(self.server.url + path)
        return page, token

    def in_chat(self, **options):
        token = self.server.account(self.email)
        chat = self.server.chat(token)
        page = self.open(self.context(**options), "/sign-in")
        self.sign_in(page)
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        page.goto(f"{self.server.url}/chats/{chat}")
        expect(composer(page)).to_be_visible()
        return page, token, chat

    def say(self, page, text, whole=True):
        """Says something; waits for the whole reply."""
        count = replies(page).count()
        composer(page).fill(text)
        composer(page).press("Enter")
        expect(replies(page)).to_have_count(count + 1)
        if whole:
            expect(page.locator(".message.writing")).to_have_count(0)
            expect(page.locator(".message.waiting")).to_have_count(0)


def composer(page):
    return page.get_by_role("textbox", name=re.compile("^Message "))


def replies(page):
    return page.locator(".message.character")
