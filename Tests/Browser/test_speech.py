"""The buttons that read aloud and that listen: with tones for a voice, and Chromium's beeping microphone."""

import unittest

from harness import BrowserCase, composer, expect, replies
from peers import wait_for

# Keeps what the page plays and hears, so that a test can look at it.
WATCH = """() => {
  window.sounds = []
  window.tracks = []
  const Sound = window.Audio
  window.Audio = function (...given) {
    const sound = new Sound(...given)
    window.sounds.push(sound)
    return sound
  }
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await ask(wish)
    window.tracks.push(...stream.getTracks())
    window.stream = stream
    return stream
  }
}"""


# Until something was heard.
LISTEN = """async () => {
  while (!window.stream) await new Promise(requestAnimationFrame)
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaStreamSource(window.stream).connect(analyser)
  const values = new Uint8Array(analyser.fftSize)
  do {
    await new Promise(requestAnimationFrame)
    analyser.getByteTimeDomainData(values)
  } while (values.every((value) => Math.abs(value - 128) < 4))
  await context.close()
}"""


class Voice(BrowserCase):
    arguments = ("--speech", "tones", "--transcription-model", "scripted-ears")
    browser_arguments = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
    )

    def talking(self):
        page, _, _ = self.in_chat()
        page.evaluate(WATCH)
        return page

    def until(self, page, condition):
        # Not by the page's own eval, which its policy forbids.
        wait_for(condition, lambda: page.evaluate(f"() => {condition}"))

    def sound(self, page):
        return page.evaluate(
            "(({ currentTime, paused, ended, error }) => ({ currentTime, paused, ended, error: error?.message ?? null }))(window.sounds.at(-1))"
        )

    def test_a_message_is_read_aloud_to_its_end(self):
        page = self.talking()
        self.say(page, "say: Hello there. It is late.")
        reply = replies(page).last
        reply.get_by_role("button", name="Read aloud").click()
        expect(reply.get_by_role("button", name="Stop reading")).to_be_visible()
        self.until(page, "window.sounds.at(-1)?.currentTime > 0.1")
        expect(reply.get_by_role("button", name="Read aloud")).to_be_visible()
        heard = self.sound(page)
        self.assertIsNone(heard["error"])
        self.assertTrue(heard["ended"], heard)
        # Again: from what was kept.
        reply.get_by_role("button", name="Read aloud").click()
        self.until(page, "window.sounds.length === 2 && window.sounds[1].ended")

    def test_it_stops_when_asked_and_when_the_chat_is_left(self):
        page = self.talking()
        self.say(page, "say: " + "This is a long story that nobody needs to hear to its end. " * 10)
        reply = replies(page).last
        reply.get_by_role("button", name="Read aloud").click()
        self.until(page, "window.sounds.at(-1)?.currentTime > 0.1")
        reply.get_by_role("button", name="Stop reading").click()
        expect(reply.get_by_role("button", name="Read aloud")).to_be_visible()
        self.assertTrue(self.sound(page)["paused"])
        # One at a time: another message takes over.
        reply.get_by_role("button", name="Read aloud").click()
        self.until(page, "window.sounds.length === 2 && window.sounds[1].currentTime > 0.1")
        first = replies(page).first
        first.get_by_role("button", name="Read aloud").click()
        self.until(page, "window.sounds.length === 3 && window.sounds[1].paused && window.sounds[2].currentTime > 0.1")
        expect(reply.get_by_role("button", name="Read aloud")).to_be_visible()
        page.get_by_role("link", name="All chats").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Robin")
        self.assertTrue(self.sound(page)["paused"])

    def test_what_is_said_is_written_down(self):
        page = self.talking()
        composer(page).fill("Well:")
        count = len(self.model.recordings)
        page.get_by_role("button", name="Speak").click()
        stop = page.get_by_role("button", name="Stop and write it down")
        expect(stop).to_have_attribute("aria-pressed", "true")
        page.evaluate(LISTEN)
        stop.click()
        expect(composer(page)).to_have_value("Well: What the microphone heard.")
        expect(composer(page)).to_be_focused()
        self.assertEqual(len(self.model.recordings), count + 1)
        # WebM, with its name.
        self.assertIn(b"\x1aE\xdf\xa3", self.model.recordings[-1])
        self.assertIn(b"audio/webm", self.model.recordings[-1])
        self.assertEqual(page.evaluate("window.tracks.map((track) => track.readyState)"), ["ended"])
        composer(page).press("Enter")
        expect(replies(page).last).to_contain_text("What the microphone heard.")

    def test_who_leaves_is_not_listened_to(self):
        page = self.talking()
        count = len(self.model.recordings)
        page.get_by_role("button", name="Speak").click()
        expect(page.get_by_role("button", name="Stop and write it down")).to_be_visible()
        page.get_by_role("link", name="All chats").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Robin")
        self.until(page, "window.tracks.every((track) => track.readyState === 'ended')")
        self.assertEqual(len(self.model.recordings), count)

    def test_what_goes_wrong_is_said_in_words(self):
        page = self.talking()
        self.model.heard = "  "
        self.addCleanup(setattr, self.model, "heard", "What the microphone heard.")
        page.get_by_role("button", name="Speak").click()
        page.get_by_role("button", name="Stop and write it down").click()
        expect(page.locator(".toast")).to_contain_text("Nothing was understood")
        expect(composer(page)).to_have_value("")
        for name, words in (("NotAllowedError", "does not let us use the microphone"), ("NotFoundError", "No microphone")):
            page.evaluate(
                "() => { navigator.mediaDevices.getUserMedia = () => "
                f"Promise.reject(new DOMException('of the browser', '{name}')) }}"
            )
            page.get_by_role("button", name="Speak").click()
            expect(page.locator(".toast.error").filter(has_text=words)).to_be_visible()


class Silence(BrowserCase):
    def test_without_speech_there_are_no_buttons(self):
        page, _, _ = self.in_chat()
        expect(replies(page)).to_have_count(1)
        expect(page.get_by_role("button", name="Read aloud")).to_have_count(0)
        expect(page.get_by_role("button", name="Speak")).to_have_count(0)


if __name__ == "__main__":
    unittest.main()
