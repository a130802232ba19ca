"""What people do with the page, from the first minute on."""

import json
import pathlib
import unittest

from harness import CHARACTERS, PAGE, TIERS, BrowserCase, Server, composer, expect, replies


class FirstDay(BrowserCase):
    # The catalog holds what the house has published.
    def test_from_sign_up_to_a_reply_that_outlives_a_reload(self):
        page = self.open(self.context())
        page.get_by_role("link", name="Create an account").click()
        page.get_by_label("Name").fill("Robin")
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password").fill("seven quiet lanterns")
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_text("This is an AI, not a person")).to_be_visible()
        page.get_by_role("link", name="I understand").click()
        page.get_by_label("Age").select_option(label="18 or older")
        page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name="Luna").click()
        expect(replies(page)).to_have_count(1)

        self.model.hold()
        self.say(page, "slowly 3: one two three four five six.", whole=False)
        expect(replies(page).last).to_contain_text("three")
        self.assertNotIn("four", replies(page).last.inner_text())
        page.reload()
        expect(replies(page).last).to_contain_text("one two three")
        expect(page.locator(".message.writing")).to_have_count(1)
        self.model.release()
        expect(replies(page).last).to_contain_text("one two three four five six.")
        expect(page.locator(".message.writing")).to_have_count(0)
        expect(page.locator(".message.user")).to_have_count(1)
        page.reload()
        expect(replies(page).last).to_contain_text("one two three four five six.")

    def test_a_wrong_password_is_said_and_the_right_one_works(self):
        self.server.account(self.email)
        page = self.open(self.context(), "/sign-in")
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password").fill("not the one at all")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).not_to_be_empty()
        self.sign_in(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Robin")

    def test_who_leaves_is_gone_in_all_tabs(self):
        page, _ = self.signed_in("/settings")
        other = self.open(page.context, "/memories")
        expect(other.get_by_role("heading", level=1, name="Memory")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).click()
        for tab in (page, other):
            expect(tab.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()

    def test_search_adopt_and_rate(self):
        page, _ = self.signed_in("/catalog")
        expect(page.locator(".character-card")).to_have_count(3)
        page.get_by_role("searchbox").fill("#astronomy")
        expect(page.locator(".character-card")).to_have_count(1)
        page.locator(".character-card").click()
        page.get_by_role("button", name="Keep a copy").click()
        expect(page.locator(".toast")).to_contain_text("Luna")
        page.get_by_role("radio", name="4 stars").check(force=True)
        expect(page.get_by_text("Thank you.")).to_be_visible()
        page.reload()
        expect(page.get_by_role("radio", name="4 stars")).to_be_checked()
        page.get_by_role("link", name="Characters").click()
        expect(page.locator(".character-card")).to_have_count(1)


class Memories(BrowserCase):
    def learn(self, page):
        page.get_by_role("button", name="More for Luna").click()
        page.get_by_role("menuitem", name="Read for memories now").click()
        expect(page.locator(".toast")).to_contain_text("Learnt")

    def test_on_the_second_day_she_remembers(self):
        page, _, _ = self.in_chat()
        self.say(page, "I have a grey cat called Miso.")
        self.learn(page)

        # Another day, another browser, another chat.
        later = self.open(self.context(), "/sign-in")
        self.sign_in(later)
        later.get_by_role("link", name="Memory", exact=True).click()
        expect(later.locator(".memory")).to_have_count(1)
        expect(later.locator(".memory")).to_contain_text("Miso")
        later.locator(".memory a").first.click()
        expect(later.locator(".message.found")).to_contain_text("grey cat")

        later.goto(self.server.url + "/characters")
        later.get_by_role("button", name="Chat with Luna").click()
        expect(replies(later)).to_have_count(1)
        self.say(later, "What is my cat called?")
        prompts = [
            prompt
            for prompt in self.model.prompts()
            if "What is my cat called?" in prompt and "keep the notes" not in prompt
        ]
        self.assertTrue(any("Miso" in prompt for prompt in prompts), "the model was not told")
        replies(later).last.locator(".recalled summary").click()
        expect(replies(later).last.locator(".recalled li").filter(has_text="Miso").first).to_be_visible()

    def test_correct_pin_and_forget(self):
        page, _, _ = self.in_chat()
        self.say(page, "I live in a small house in Bergen.")
        self.learn(page)
        page.goto(self.server.url + "/memories")
        memory = page.locator(".memory")
        expect(memory).to_contain_text("Bergen")
        memory.get_by_role("button", name="What to do with this memory").click()
        page.get_by_role("menuitem", name="Correct").click()
        page.get_by_label("What to remember").fill("Robin lives in Oslo.")
        page.get_by_role("button", name="Save").click()
        expect(memory).to_have_count(1)
        expect(memory).to_contain_text("Robin lives in Oslo.")
        page.get_by_role("button", name="Pin").click()
        expect(page.get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
        page.reload()
        expect(memory).to_contain_text("Robin lives in Oslo.")
        expect(page.get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
        memory.get_by_role("button", name="What to do with this memory").click()
        page.get_by_role("menuitem", name="Forget").click()
        page.get_by_role("dialog").get_by_role("button", name="Forget").click()
        expect(page.get_by_text("Oslo")).to_have_count(0)
        page.reload()
        expect(page.get_by_role("heading", level=1, name="Memory")).to_be_visible()
        expect(page.get_by_text("Oslo")).to_have_count(0)

    def test_the_book_of_one_tab_shows_what_another_tells_it(self):
        page, _ = self.signed_in("/memories")
        other = self.open(page.context, "/memories")
        expect(other.get_by_text("Nothing is remembered yet")).to_be_visible()
        page.get_by_role("button", name="Tell something").click()
        page.get_by_label("What to remember").fill("Robin plays the cello.")
        page.get_by_role("button", name="Remember").click()
        expect(other.locator(".memory")).to_contain_text("cello")


class Limits(BrowserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = pathlib.Path(cls.server.folder) / "plan.json"
        plan.write_text(json.dumps({"tiers": TIERS}))
        cls.limited = Server(cls.model, "--plan", str(plan))
        cls.addClassCleanup(cls.limited.close)
        cls.server = cls.limited

    def test_the_limit_is_said_where_it_is_met_and_nothing_is_lost(self):
        page, _, _ = self.in_chat()
        for text in ("One.", "Two.", "Three."):
            self.say(page, text)
        composer(page).fill("And a fourth that matters to me.")
        composer(page).press("Enter")
        waiting = page.locator(".message.waiting")
        expect(waiting.get_by_role("alert")).not_to_be_empty()
        expect(waiting).to_contain_text("And a fourth that matters to me.")
        page.reload()
        expect(page.locator(".message.waiting")).to_contain_text("And a fourth")
        page.get_by_role("button", name="Take back").click()
        expect(composer(page)).to_have_value("And a fourth that matters to me.")
        page.get_by_role("link", name="Settings").click()
        bar = page.get_by_role("meter", name="Messages today")
        expect(bar).to_have_attribute("aria-valuenow", "3")
        expect(bar).to_have_attribute("aria-valuemax", "3")


class Talking(BrowserCase):
    def test_offline_and_back(self):
        page, _, _ = self.in_chat()
        self.say(page, "Hello.")
        page.context.set_offline(True)
        expect(page.locator(".connection")).to_contain_text("offline")
        composer(page).fill("Said in a tunnel.")
        composer(page).press("Enter")
        expect(page.locator(".message.waiting")).to_contain_text("Said in a tunnel.")
        page.context.set_offline(False)
        expect(page.locator(".message.waiting")).to_have_count(0)
        expect(replies(page).last).to_contain_text("I hear you: Said in a tunnel.")
        expect(page.locator(".message.user").filter(has_text="tunnel")).to_have_count(1)
        expect(page.locator(".connection")).to_be_empty()

    def test_what_is_written_outlives_a_reload(self):
        page, _, _ = self.in_chat()
        composer(page).fill("Half a thou")
        page.reload()
        expect(composer(page)).to_have_value("Half a thou")

    def test_a_reply_goes_on_after_the_connection_is_lost(self):
        page, _, _ = self.in_chat()
        self.model.hold()
        self.say(page, "slowly 2: red green blue yellow.", whole=False)
        expect(replies(page).last).to_contain_text("green")
        page.context.set_offline(True)
        expect(page.locator(".connection")).to_contain_text("offline")
        self.model.release()
        page.context.set_offline(False)
        expect(replies(page).last.locator(".words")).to_have_text("red green blue yellow.")
        expect(page.locator(".message.writing")).to_have_count(0)

    def test_two_tabs_show_the_same(self):
        page, _, chat = self.in_chat()
        other = self.open(page.context, f"/chats/{chat}")
        expect(composer(other)).to_be_visible()
        self.model.hold()
        self.say(page, "slowly 2: alpha beta gamma.", whole=False)
        expect(replies(other).last).to_contain_text("alpha beta")
        self.model.release()
        for tab in (page, other):
            expect(replies(tab).last.locator(".words")).to_have_text("alpha beta gamma.")
        replies(page).last.get_by_role("button", name="What to do with this message").click()
        page.get_by_role("menuitem", name="Edit").click()
        page.get_by_label("Text").fill("omega.")
        page.get_by_role("button", name="Save").click()
        for tab in (page, other):
            expect(replies(tab).last.locator(".words")).to_have_text("omega.")

    def test_swipe_stop_continue_delete_undo_and_fork(self):
        page, _, chat = self.in_chat()
        self.say(page, "say: The first.")
        page.get_by_role("button", name="Another reply").click()
        expect(replies(page).last).to_contain_text("2 / 2")
        expect(page.locator(".message.writing")).to_have_count(0)
        composer(page).press("ArrowLeft")
        expect(replies(page).last).to_contain_text("1 / 2")
        page.reload()
        expect(replies(page).last).to_contain_text("1 / 2")

        self.model.hold()
        self.say(page, "slowly 1: begun and never ended.", whole=False)
        expect(replies(page).last).to_contain_text("begun")
        page.get_by_role("button", name="Stop").click()
        expect(replies(page).last).to_contain_text("Stopped")
        self.model.release()

        count = replies(page).count()
        replies(page).last.get_by_role("button", name="What to do with this message").click()
        page.get_by_role("menuitem", name="Delete").click()
        expect(replies(page)).to_have_count(count - 1)
        page.locator(".toast").get_by_role("button", name="Undo").click()
        expect(replies(page)).to_have_count(count)

        replies(page).nth(1).get_by_role("button", name="What to do with this message").click()
        page.get_by_role("menuitem", name="Branch off here").click()
        expect(replies(page)).to_have_count(2)
        self.assertNotIn(chat, page.url)

    def test_markup_of_a_reply_is_text(self):
        page, _, _ = self.in_chat()
        self.say(
            page, "say: <img src=x onerror=alert(1)> [bad](javascript:alert(1)) [good](https://example.org/) **bold**"
        )
        words = replies(page).last.locator(".words")
        expect(words.locator("strong")).to_have_text("bold")
        expect(words).to_contain_text("<img src=x onerror=alert(1)>")
        expect(words.locator("img")).to_have_count(0)
        expect(words.locator("a")).to_have_count(1)
        expect(words.locator("a")).to_have_attribute("href", "https://example.org/")

    def test_a_crisis_is_answered_by_people_who_help(self):
        page, _, _ = self.in_chat()
        composer(page).fill("I want to kill myself tonight.")
        composer(page).press("Enter")
        expect(page.locator(".crisis")).to_be_visible()
        self.assertGreater(page.locator(".crisis li").count(), 0)
        expect(page.get_by_role("button", name="Send")).to_be_visible()

    def test_a_card_is_dropped_and_its_character_changed(self):
        page, token = self.signed_in("/characters")
        card = next(iter((PAGE.parents[1]).rglob("Characters/luna.png")), None) or CHARACTERS / "luna.json"
        page.get_by_label("Drop a card here").set_input_files(str(card))
        expect(page.get_by_label("Name", exact=True)).to_have_value("Luna Aster")
        page.get_by_label("Scenario").fill("It rains.")
        page.get_by_role("button", name="Add a greeting").click()
        page.get_by_label("Greeting 4", exact=True).fill("You again!")
        page.get_by_role("link", name="Discover").click()
        expect(page.get_by_role("dialog")).to_contain_text("Leave without saving?")
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".toast").filter(has_text="Saved")).to_be_visible()
        page.reload()
        expect(page.get_by_label("Scenario")).to_have_value("It rains.")
        expect(page.get_by_label("Greeting 4", exact=True)).to_have_value("You again!")
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("dialog").get_by_role("button", name="Publish").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        self.assertEqual(len(self.server.call("GET", "/v1/catalog/mine", token=token)["items"]), 1)
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
            page.get_by_role("menuitem", name="PNG card").click()
        self.assertEqual(pathlib.Path(download.value.path()).read_bytes()[:4], b"\x89PNG")

    def test_an_account_is_deleted(self):
        page, _ = self.signed_in("/settings")
        page.get_by_role("button", name="Delete my account").click()
        page.get_by_label("Type “delete” to confirm").fill("delete")
        page.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
        expect(page.get_by_role("dialog")).to_contain_text("receipt")
        page.get_by_role("button", name="Close").click()
        expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
        self.sign_in(page)
        expect(page.locator("form .problem")).not_to_be_empty()

    def test_older_messages_come_without_a_jump(self):
        page, _, _ = self.in_chat()
        for number in range(30):
            self.say(page, f"Number {number}.")
        page.reload()
        expect(page.locator(".message").last).to_be_visible()
        first = page.locator(".message").first
        before = first.get_attribute("id")
        self.assertNotIn("Ah, good", first.inner_text())
        where = f"() => document.getElementById('{before}').getBoundingClientRect().top"
        # Up to where older ones are fetched; they come later than this returns.
        place = page.evaluate(f"() => {{ document.querySelector('.thread').scrollTop = 300; return ({where})() }}")
        expect(page.locator(".message").filter(has_text="Ah, good, the line works")).to_have_count(1)
        self.assertNotEqual(page.locator(".message").first.get_attribute("id"), before)
        self.assertAlmostEqual(page.evaluate(where), place, delta=3)

    def test_the_server_goes_and_comes_back(self):
        page, _, _ = self.in_chat()
        self.say(page, "Before.")
        self.server.stop()
        expect(page.locator(".connection")).to_contain_text("Connecting again")
        composer(page).fill("Meanwhile.")
        composer(page).press("Enter")
        expect(page.locator(".message.waiting")).to_contain_text("Meanwhile.")
        self.server.start()
        expect(replies(page).last).to_contain_text("I hear you: Meanwhile.")
        expect(page.locator(".message.user")).to_have_count(2)


class Phone(BrowserCase):
    def test_a_chat_on_the_smallest_phone_by_touch(self):
        page, _, _ = self.in_chat(viewport={"width": 320, "height": 600}, has_touch=True, is_mobile=True)
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 320)
        composer(page).fill("say: Hello from the phone.")
        page.get_by_role("button", name="Send").tap()
        expect(replies(page).last).to_contain_text("Hello from the phone.")
        expect(page.locator(".message.writing")).to_have_count(0)
        box = replies(page).last.bounding_box()
        y = box["y"] + 10
        touch = page.context.new_cdp_session(page)
        for kind, x in (("touchStart", 260), ("touchMove", 180), ("touchMove", 80), ("touchEnd", None)):
            touch.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if x is None else [{"x": x, "y": y}]}
            )
        expect(replies(page).last).to_contain_text("2 / 2")

    def test_no_page_is_wider_than_the_phone(self):
        page, _, _ = self.in_chat(viewport={"width": 320, "height": 600}, has_touch=True, is_mobile=True)
        for path in ("/", "/catalog", "/characters", "/characters/new", "/memories", "/settings"):
            page.goto(self.server.url + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 320, path)


class Keyboard(BrowserCase):
    def tab_to(self, page, name):
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()"
            )
            if name in focused:
                return
        self.fail(f"the keyboard does not reach {name}")

    def test_everything_by_keys_alone(self):
        token = self.server.account(self.email)
        self.server.chat(token)
        page = self.open(self.context(), "/sign-in")
        expect(page.get_by_label("Email")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.get_by_label("Email").focus()
        page.keyboard.type(self.email)
        page.keyboard.press("Tab")
        page.keyboard.type("seven quiet lanterns")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Robin")
        self.tab_to(page, "Luna")
        page.keyboard.press("Enter")
        expect(composer(page)).to_be_focused()
        page.keyboard.type("say: By keys.")
        page.keyboard.press("Enter")
        expect(replies(page).last).to_contain_text("By keys.")
        expect(page.locator(".message.writing")).to_have_count(0)
        expect(page.locator("#announcer")).to_contain_text("By keys.")
        page.keyboard.press("ArrowRight")
        expect(replies(page).last).to_contain_text("2 / 2")
        expect(page.locator(".message.writing")).to_have_count(0)
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(composer(page)).to_be_focused()
        self.tab_to(page, "Skip to content")
        page.keyboard.press("Enter")


if __name__ == "__main__":
    unittest.main()
