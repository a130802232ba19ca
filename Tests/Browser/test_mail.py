"""What people get by mail, from the page to the mail and back: on a real server of mail (Scripts/peers/mail.py)."""

import json
import pathlib
import re
import shutil
import sqlite3
import tempfile
import unittest
import urllib.error
import urllib.request

from harness import PASSWORD, BrowserCase, Server, expect, free_port
from peers import Peer, wait_for

SENDER = "Companion <no-reply@talk.example.org>"


class Post:
    """What a server of mail has taken."""

    def __init__(self, peer):
        self.address = peer["MAIL_BOX"]

    def all(self):
        return json.load(urllib.request.urlopen(self.address))

    def to(self, email, count=1):
        """The mails to an address, once there are so many."""

        def sent():
            found = [mail for mail in self.all()["messages"] if mail["to"] == [email]]
            return found if len(found) >= count else None

        return wait_for(f"mail {count} to {email}", sent)

    def refuse(self, code):
        urllib.request.urlopen(f"{self.address}/refuse?next={code}", b"").close()


def link(mail):
    return re.search(r"https?://\S+#\S+", mail["text"])[0]


class Mail(BrowserCase):
    @classmethod
    def make_server(cls):
        cls.peer = Peer("mail")
        cls.addClassCleanup(cls.peer.stop)
        cls.post = Post(cls.peer)
        user, password = cls.peer["MAIL_LOGIN"].split(":")
        port = free_port()
        return Server(
            cls.model,
            *("--public-url", f"http://127.0.0.1:{port}", "--mail-from", SENDER),
            *("--mail", f"smtp://{user}@{cls.peer['MAIL_STARTTLS']}?cafile={cls.peer['MAIL_ROOTS']}&tls=on"),
            port=port,
            environment={"COMPANION_MAIL_PASSWORD": password},
        )

    def sign_up(self, page, email, password=PASSWORD):
        page.goto(f"{self.server.url}/sign-up")
        page.get_by_label("Name").fill("Robin")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_role("heading", level=1, name="Look at your mail")).to_be_visible()

    def forget(self, page, email):
        page.get_by_role("button", name="Forgot the password?").click()
        page.get_by_role("dialog").get_by_label("Email").fill(email)
        page.get_by_role("button", name="Send a mail").click()
        expect(page.locator(".toast")).to_contain_text("If there is an account")

    def test_sign_up_confirm_forget_and_set_a_new_password(self):
        page = self.open(self.context(), "/sign-in")
        self.sign_up(page, self.email)
        # Before the address is confirmed nobody gets in.
        page.get_by_role("link", name="Sign in").click()
        self.sign_in(page)
        expect(page.locator("form .problem")).to_contain_text("verified")
        [mail] = self.post.to(self.email)
        self.assertEqual((mail["from"], mail["security"], mail["user"]), ("no-reply@talk.example.org", "starttls", "postbox"))
        self.assertEqual(mail["headers"]["Auto-Submitted"], "auto-generated")
        self.assertIn("no-reply@talk.example.org", mail["headers"]["From"])
        self.assertNotIn("Robin", mail["text"])
        self.assertTrue(link(mail).startswith(f"{self.server.url}/verify#"), mail["text"])
        page.goto(link(mail))
        expect(page.get_by_role("status").filter(has_text="Your address is confirmed")).to_be_visible()
        self.sign_in(page)
        expect(page.get_by_text("This is an AI, not a person")).to_be_visible()
        # The link is good once.
        other = self.open(self.context(), "/sign-in")
        other.goto(link(mail))
        other.reload()
        expect(other.get_by_role("heading", level=1, name="This link is used up")).to_be_visible()

        # Who has the account's address sets a new password, which ends all sessions.
        other.goto(f"{self.server.url}/sign-in")
        self.forget(other, self.email)
        mail = self.post.to(self.email, 2)[-1]
        self.assertTrue(link(mail).startswith(f"{self.server.url}/reset#"), mail["text"])
        other.goto(link(mail))
        other.get_by_label("New password").fill("nine loud trumpets")
        other.get_by_role("button", name="Set password").click()
        expect(other.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
        self.sign_in(other)
        expect(other.locator("form .problem")).not_to_be_empty()
        other.get_by_label("Password").fill("nine loud trumpets")
        other.get_by_role("button", name="Sign in").click()
        expect(other.get_by_text("This is an AI, not a person")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
        again = self.open(self.context(), "/sign-in")
        again.goto(link(mail))
        again.reload()
        again.get_by_label("New password").fill("ten loud trumpets")
        again.get_by_role("button", name="Set password").click()
        expect(again.get_by_role("alert")).not_to_be_empty()
        expect(again.get_by_role("link", name="Send another mail")).to_be_visible()

    def test_nobody_learns_by_it_who_has_an_account(self):
        page = self.open(self.context(), "/sign-in")
        self.sign_up(page, self.email)
        page.goto(link(self.post.to(self.email)[0]))
        expect(page.get_by_role("status").filter(has_text="confirmed")).to_be_visible()
        # The same page for who tries it again; the mail tells the owner alone.
        self.sign_up(page, self.email, "another password")
        mail = self.post.to(self.email, 2)[-1]
        self.assertIn("has an account", mail["text"])
        self.assertNotIn("#", mail["text"])
        page.goto(f"{self.server.url}/sign-in")
        self.forget(page, f"nobody-{self.email}")
        self.sign_in(page)
        expect(page.get_by_text("This is an AI, not a person")).to_be_visible()
        self.assertEqual([m for m in self.post.all()["messages"] if m["to"] == [f"nobody-{self.email}"]], [])

    def test_a_mail_that_is_put_off_outlives_a_restart_and_no_secret_is_kept(self):
        page = self.open(self.context(), "/sign-in")
        refused = self.post.all()["refused"]
        self.post.refuse(451)
        self.sign_up(page, self.email)
        wait_for("the refusal", lambda: self.post.all()["refused"] > refused)
        wait_for("the warning", lambda: "A mail was not sent" in self.server.log())
        self.server.stop()
        # Neither the address nor a token is with the job; nor does the log have them.
        log = self.server.log()
        self.assertIn("451 4.7.1", log)
        self.assertNotIn(self.email, log)
        jobs = [job for job in self.jobs() if job[0] == "account.mail"]
        self.assertEqual(len(jobs), 1)
        self.assertNotIn(self.email, str(jobs))
        # A minute later, at the earliest; a test need not wait for it.
        self.hurry()
        self.server.start()
        [mail] = self.post.to(self.email)
        secret = link(mail).split("#")[1]
        self.assertNotIn(secret.encode(), self.kept())
        self.assertNotIn(secret, self.server.log())
        page.goto(link(mail))
        expect(page.get_by_role("status").filter(has_text="Your address is confirmed")).to_be_visible()

    def test_nobody_is_flooded(self):
        answers = []
        for _ in range(8):
            try:
                self.server.call("POST", "/v1/password-resets", {"email": self.email})
                answers.append(202)
            except urllib.error.HTTPError as refused:
                answers.append(refused.code)
        self.assertEqual(answers, [202] * 5 + [429] * 3)

    # What is in the database

    def jobs(self):
        with sqlite3.connect(f"{self.server.folder}/db.sqlite") as database:
            return database.execute("SELECT kind, * FROM jobs").fetchall()

    def hurry(self):
        with sqlite3.connect(f"{self.server.folder}/db.sqlite") as database:
            database.execute("UPDATE jobs SET run_at = 0 WHERE kind = 'account.mail'")

    def kept(self):
        return b"".join(file.read_bytes() for file in pathlib.Path(self.server.folder).glob("db.sqlite*"))


class Sendmail(BrowserCase):
    """A program in the manner of sendmail, which here is a script that keeps what it is given."""

    @classmethod
    def make_server(cls):
        folder = tempfile.mkdtemp(prefix="companion-sendmail-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.program = pathlib.Path(folder, "sendmail")
        new, kept = f"{cls.program}.new", f"{cls.program}.mail"
        cls.program.write_text(f'#!/bin/sh\necho "$@" > "{cls.program}.arguments"\ncat > "{new}"\nmv "{new}" "{kept}"\n')
        cls.program.chmod(0o700)
        port = free_port()
        return Server(
            cls.model,
            *("--public-url", f"http://127.0.0.1:{port}", "--mail", f"sendmail://{cls.program}", "--mail-from", SENDER),
            port=port,
        )

    def test_a_mail_goes_to_the_program(self):
        self.server.call("POST", "/v1/accounts", {"email": self.email, "password": PASSWORD, "name": "Robin"})
        mail = wait_for("the mail", lambda: pathlib.Path(f"{self.program}.mail").read_bytes().decode())
        self.assertIn(f"To: {self.email}\r\n", mail)
        self.assertEqual(pathlib.Path(f"{self.program}.arguments").read_text(), "-t -i\n")
        page = self.open(self.context(), "/sign-in")
        page.goto(link({"text": mail}))
        expect(page.get_by_role("status").filter(has_text="Your address is confirmed")).to_be_visible()


class WithoutMail(BrowserCase):
    def test_the_page_offers_no_mail(self):
        page = self.open(self.context(), "/sign-in")
        expect(page.get_by_text("Ask who runs this server")).to_be_visible()
        expect(page.get_by_role("button", name="Forgot the password?")).to_have_count(0)


if __name__ == "__main__":
    unittest.main()
