"""Pictures of the pages, for the documentation: Tests/Browser/screenshots.py [names]."""

import io
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import ROOT, BrowserCase, expect, replies  # noqa: E402

from PIL import Image  # noqa: E402

FOLDER = ROOT / "Documentation/Screenshots"
MAXIMUM = 120_000
TALK = [
    "I have a grey cat called Miso, who sleeps on my keyboard.",
    "I moved to Bergen in 2019 and work nights as a nurse.",
    "say: *She turns the brass telescope a hand's width to the east.*\n\nThen the night belongs to both of us. **Saturn** is clearing the ridge, "
    "and after it:\n\n- the Double Cluster, two handfuls of salt\n- Andromeda, if the air holds\n\nDoes Miso watch from the window while you are away?",
]


class Screenshots(BrowserCase):
    names = ()

    def runTest(self):
        self.email = "robin@example.org"
        page, token = self.signed_in("/catalog")
        page.locator(".character-card", has_text="Luna").click()
        page.get_by_role("button", name="Start a chat").click()
        expect(replies(page)).to_have_count(1)
        chat = page.url
        for text in TALK:
            self.say(page, text)
        id = chat.rsplit("/", 1)[1]
        # From the catalog, so with his picture.
        entry = self.server.call("GET", "/v1/catalog?q=Bram", token=token)["items"][0]["id"]
        bram = self.server.call("POST", f"/v1/catalog/{entry}/adopt", {}, token)["character"]["id"]
        elsewhere = self.server.call("POST", "/v1/chats", {"character": bram}, token)["chat"]["id"]
        page.goto(f"{self.server.url}/chats/{elsewhere}")
        expect(replies(page)).to_have_count(1)
        for text in ("I met Edda in 2021 at the harbour, and we sail together.", "I have played the cello since 2016."):
            self.say(page, text)
        for read in (id, elsewhere):
            self.server.call("POST", f"/v1/chats/{read}/memories/extract", {}, token)
        self.server.call(
            "POST",
            "/v1/memories",
            {"text": "Robin likes to be woken late, and never by phone.", "kind": "preference"},
            token,
        )
        self.server.call(
            "POST", "/v1/memories", {"text": "Robin will visit Aunt Edda in Tromsø in March.", "kind": "plan"}, token
        )
        # What was asked for in the script's words is said in a person's.
        said = self.server.call("GET", f"/v1/chats/{id}/messages", token=token)["items"]
        asked = [message for message in said if message["author"] == "user"]
        answers = [message for message in said if message["author"] == "character"]
        self.server.call("PATCH", f"/v1/messages/{asked[-1]['id']}", {"text": "What is up there tonight?"}, token)
        told = self.server.call("GET", f"/v1/chats/{elsewhere}/messages", token=token)["items"]
        for message, text in zip(
            answers[1:3] + [message for message in told if message["author"] == "character"][1:],
            [
                "A cat who types. I hope she signs her letters.",
                "Bergen, where the clouds live. Your nights are as long as mine.",
                "A harbour is a good place to begin. What is the boat called?",
                "Ten years of one string at a time. That is how clocks are made, too.",
            ],
        ):
            self.server.call("PATCH", f"/v1/messages/{message['id']}", {"text": text}, token)
        entry = self.server.call("GET", "/v1/catalog?q=Luna", token=token)["items"][0]["id"]
        character = next(
            item["id"]
            for item in self.server.call("GET", "/v1/characters", token=token)["items"]
            if item["name"] == "Luna"
        )
        paths = {
            "home": "/",
            "catalog": "/catalog",
            "entry": f"/catalog/{entry}",
            "characters": "/characters",
            "editor": f"/characters/{character}",
            "chat": f"/chats/{id}",
            "memories": "/memories",
            "settings": "/settings",
            "welcome": "/welcome",
            "choice": "/welcome?step=3",
        }
        self.take(page, paths)
        phone = self.open(self.context(viewport={"width": 390, "height": 800}, device_scale_factor=2), "/sign-in")
        self.take(phone, {"sign-in": "/sign-in"}, "-phone")
        self.sign_in(phone)
        expect(phone.get_by_role("navigation", name="Main")).to_be_visible()
        self.take(phone, {name: paths[name] for name in ("home", "chat", "memories")}, "-phone")

    def take(self, page, paths, suffix=""):
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for name, path in paths.items():
                if self.names and name not in self.names:
                    continue
                page.goto(self.server.url + path)
                expect(page.get_by_role("heading", level=1)).to_be_visible()
                page.evaluate("document.activeElement.blur()")
                # Every picture that is in view has come.
                for place in page.locator(".portrait[data-image]").all():
                    if place.evaluate("element => element.getBoundingClientRect().top < innerHeight"):
                        expect(place.locator("img")).to_be_attached()
                self.keep(page.screenshot(), FOLDER / f"{name}{suffix}-{theme}.webp")

    def keep(self, bytes, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.open(io.BytesIO(bytes)).convert("RGB")
        for quality in (86, 75, 60, 45):
            picture.save(path, "WEBP", quality=quality, method=6)
            if path.stat().st_size < MAXIMUM:
                return
        self.fail(f"{path} is too large")


if __name__ == "__main__":
    import unittest

    Screenshots.names = tuple(sys.argv[1:])
    result = unittest.TextTestRunner().run(unittest.TestSuite([Screenshots()]))
    sys.exit(not result.wasSuccessful())
