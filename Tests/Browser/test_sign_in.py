"""Signing in at Google's and Apple's, for whom others stand in on this machine: Canaille, a real provider of OpenID Connect, and one with
Apple's ways (Scripts/peers). The server has a certificate, and another name than the providers, so that cookies are held to what they are
for."""

import base64
import pathlib
import re
import tempfile
import unittest
import urllib.error
import urllib.request

from harness import PASSWORD, BrowserCase, Server, expect, free_port
from peers import Peer, certificate


class AtProviders(BrowserCase):
    context_options = {"ignore_https_errors": True}

    @classmethod
    def make_server(cls):
        folder = tempfile.TemporaryDirectory(prefix="companion-sign-in-")
        cls.addClassCleanup(folder.cleanup)
        port = free_port()
        base = f"https://localhost:{port}"
        cls.canaille = Peer("canaille", "--redirect", f"{base}/v1/sign-in/google/callback")
        cls.addClassCleanup(cls.canaille.stop)
        cls.apple = Peer("apple-like", "--redirect", f"{base}/v1/sign-in/apple/callback")
        cls.addClassCleanup(cls.apple.stop)
        chain, key = certificate(folder.name)
        apple_key = pathlib.Path(folder.name, "apple.p8")
        apple_key.write_bytes(base64.b64decode(cls.apple["APPLE_LIKE_KEY"]))
        return Server(
            cls.model,
            *("--tls-certificate", chain, "--tls-key", key, "--public-url", base),
            *("--google-client-id", "client-rs256", "--apple-services-id", cls.apple["APPLE_LIKE_CLIENT"]),
            *("--apple-team", cls.apple["APPLE_LIKE_TEAM"], "--apple-key-id", cls.apple["APPLE_LIKE_KEY_ID"]),
            *("--apple-key", str(apple_key)),
            address="https://localhost",
            port=port,
            environment={
                "COMPANION_GOOGLE_CLIENT_SECRET": "secret of client-rs256",
                "COMPANION_GOOGLE_ISSUER": cls.canaille["CANAILLE_URL"],
                "COMPANION_APPLE_ISSUER": cls.apple["APPLE_LIKE_URL"],
            },
        )

    def hear(self, message):
        # What the providers' own pages say is theirs.
        if message.location.get("url", "").startswith(self.server.url):
            super().hear(message)

    def onboard(self, page, name):
        expect(page.get_by_text("This is an AI, not a person")).to_be_visible()
        page.get_by_role("link", name="I understand").click()
        expect(page.get_by_label("What should they call you?")).to_have_value(name)
        page.get_by_label("Age").select_option(label="18 or older")
        page.get_by_role("button", name="Next").click()
        page.get_by_role("link", name="Look around first").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    def leave(self, page):
        page.get_by_role("link", name="Settings").click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()

    def go_to(self, page, provider):
        page.get_by_role("link", name=f"Continue with {provider}").click()

    def sign_in_at_google(self, page, answer="accept"):
        self.go_to(page, "Google")
        page.locator("input[name=login]").fill("ada")
        page.keyboard.press("Enter")
        page.locator("input[name=password]").fill("correct horse battery")
        page.keyboard.press("Enter")
        page.locator(f"button[name=answer][value={answer}]").click()

    def sign_in_at_apple(self, page, email, answer="Continue"):
        self.go_to(page, "Apple")
        page.get_by_label("Apple Account").fill(email)
        page.get_by_role("button", name=answer).click()

    def test_google_turned_down_then_first_and_second_time(self):
        page = self.open(self.context(), "/sign-in")
        self.sign_in_at_google(page, "deny")
        expect(page.get_by_role("alert")).to_contain_text("You did not finish signing in there")
        self.assertEqual(page.url, f"{self.server.url}/sign-in?error=cancelled")
        # They know the person now, and ask only whether we may know them.
        self.go_to(page, "Google")
        page.locator("button[name=answer][value=accept]").click()
        self.onboard(page, "Ada Lovelace")
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies(self.server.url + "/v1/sessions")}
        refresh = cookies["companion_refresh"]
        self.assertTrue(refresh["httpOnly"] and refresh["secure"] and refresh["sameSite"] == "Strict", refresh)
        self.leave(page)
        self.go_to(page, "Google")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ada Lovelace")
        self.assertEqual(page.url, f"{self.server.url}/")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ada Lovelace")

    def test_apple_first_and_second_time(self):
        page = self.open(self.context(), "/sign-in")
        self.sign_in_at_apple(page, self.email)
        self.onboard(page, "Ada Lovelace")
        self.leave(page)
        self.sign_in_at_apple(page, self.email)
        # The name came once, and is kept; nobody is onboarded twice.
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ada Lovelace")
        page.get_by_role("link", name="Settings").click()
        expect(page.get_by_text(self.email)).to_be_visible()

    def test_who_turns_round_at_apple_is_told_that_nothing_happened(self):
        page = self.open(self.context(), "/sign-up")
        self.sign_in_at_apple(page, self.email, "Cancel")
        expect(page.get_by_role("alert")).to_contain_text("You did not finish signing in there")
        self.sign_in_at_apple(page, self.email)
        expect(page.get_by_text("This is an AI, not a person")).to_be_visible()

    def test_a_provider_that_fails_is_said_and_works_again(self):
        page = self.open(self.context(), "/sign-in")
        switch = f"{self.apple['APPLE_LIKE_URL']}/break"
        urllib.request.urlopen(switch, b"").close()
        try:
            self.sign_in_at_apple(page, self.email)
            expect(page.get_by_role("alert")).to_contain_text("Signing in there did not work")
        finally:
            urllib.request.urlopen(switch, b"").close()
        self.sign_in_at_apple(page, self.email)
        expect(page.get_by_text("This is an AI, not a person")).to_be_visible()

    def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(self):
        for query in ("state=stolen&code=c1", "code=c1", "", "error=access_denied&state=stolen"):
            page = self.open(self.context(), f"/v1/sign-in/google/callback?{query}")
            expect(page.get_by_role("alert")).to_be_visible()
            expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()

    def test_an_account_of_the_same_address_is_nobody_elses(self):
        # Without mail nobody has shown that the address is theirs: neither the one nor the other gets in.
        token = self.server.account(self.email, name="First")
        self.server.chat(token)
        page = self.open(self.context(), "/sign-in")
        self.sign_in_at_apple(page, self.email)
        self.onboard(page, "Ada Lovelace")
        expect(page.get_by_role("heading", name="No chats yet")).to_be_visible()
        self.leave(page)
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("First")
        expect(page.get_by_role("link", name=re.compile("Luna")).first).to_be_visible()
        # Nor does a password that somebody sets for the address of who came by Apple.
        other = f"other-{self.email}"
        elsewhere = self.open(self.context(), "/sign-in")
        self.sign_in_at_apple(elsewhere, other)
        expect(elsewhere.get_by_text("This is an AI, not a person")).to_be_visible()
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.server.account(other, name="Thief")
        self.assertEqual(refused.exception.code, 409)


if __name__ == "__main__":
    unittest.main()
