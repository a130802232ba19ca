"""Checks of the pages by script: bytes, long tasks, layout shift, contrast, names, focus, sizes, errors."""

import functools
import gzip
import unittest

from harness import PAGE, BrowserCase, composer, expect, replies

THEMES = ("light", "dark")

# Each text that is seen, against the ground behind it, by the formula of WCAG 2.2; each control by its name and size.
AUDIT = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const parse = (text) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = text
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1)
  const ground = (element) => {
    const layers = []
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor)
      if (color[3] > 0) layers.push(color)
      if (color[3] === 1) break
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1])
  }
  const light = (color) => {
    const [r, g, b] = color.map((value) => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4 })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const isSeen = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    const box = element.getBoundingClientRect()
    return box.width > 1 && box.height > 1
  }
  const defects = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    if (!node.data.trim() || !isSeen(element) || element.closest(":disabled, .portrait, option, noscript, script")) continue
    if (/^(undefined|null|NaN|\\[object \\w+\\])$/.test(node.data.trim())) defects.push(`no words: ${element.outerHTML.slice(0, 80)}`)
    const below = ground(element)
    const [one, other] = [light(over(parse(getComputedStyle(element).color), below)), light(below)].sort((a, b) => b - a)
    const ratio = (one + 0.05) / (other + 0.05)
    const size = parseFloat(getComputedStyle(element).fontSize)
    if (ratio < (size >= 24 ? 3 : 4.5)) defects.push(`contrast ${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)}`)
  }
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=menuitem], [tabindex='0']")) {
    if (!isSeen(element)) continue
    const named = element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.[0]?.textContent.trim()
      || (element.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent).join("")
    if (!named) defects.push(`no name: ${element.outerHTML.slice(0, 100)}`)
    const box = (element.closest("label") ?? element).getBoundingClientRect()
    const isInline = element.tagName === "A" && getComputedStyle(element).display === "inline"
    if (!isInline && (box.width < 24 || box.height < 24)) defects.push(`small ${box.width}x${box.height}: ${element.outerHTML.slice(0, 80)}`)
    if (element.tabIndex > 0) defects.push(`tabindex: ${element.outerHTML.slice(0, 80)}`)
  }
  if (document.querySelectorAll("main").length !== 1) defects.push("not one main")
  if (document.querySelectorAll("h1").length !== 1) defects.push("not one h1")
  if (!document.documentElement.lang) defects.push("no language")
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id)
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) defects.push(`id twice: ${id}`)
  for (const image of document.querySelectorAll("img:not([alt])")) defects.push(`no alt: ${image.src}`)
  return defects
}"""


def answered(answer, route):
    route.fulfill(json=answer)


class Audit(BrowserCase):
    def test_each_page_in_both_themes(self):
        page, token, chat = self.in_chat()
        self.server.call("POST", "/v1/memories", {"text": "Robin plays the cello."}, token)
        self.say(page, "say: *quietly* `code` and [a link](https://example.org/)\n\n> quoted")
        character = self.server.call("GET", "/v1/characters", token=token)["items"][0]["id"]
        entry = self.server.call("GET", "/v1/catalog", token=token)["items"][0]["id"]
        paths = [
            "/",
            "/catalog",
            f"/catalog/{entry}",
            "/characters",
            "/characters/new",
            f"/characters/{character}",
            f"/chats/{chat}",
            "/memories",
            "/settings",
            "/welcome",
            "/welcome?step=2",
            "/welcome?step=3",
            "/nowhere",
        ]
        self.audit(page, paths)

    def test_the_review_queue_in_both_themes(self):
        page, token = self.signed_in()
        card = {"name": "Pia", "tagline": "Grows things.", "description": "A gardener.", "tags": []}
        answers = {
            "**/v1/me": {**self.server.call("GET", "/v1/me", token=token), "role": "moderator"},
            "**/v1/moderation/queue?*": {
                "items": [
                    {
                        "id": "1",
                        "character": card,
                        "visibility": "listed",
                        "rating": "general",
                        "ratingCount": 0,
                        "uses": 0,
                        "isMine": False,
                        "status": "pending",
                        "reasons": ["words"],
                        "revision": 3,
                        "card": {"spec": "chara_card_v3"},
                    }
                ]
            },
            "**/v1/moderation/records?*": {
                "items": [
                    {
                        "id": "2",
                        "action": "block",
                        "origin": "message",
                        "reasons": [{"category": "selfHarm"}],
                        "createdAt": "2026-05-01T12:00:00.000Z",
                    }
                ]
            },
            "**/v1/moderation/counters": {
                "years": {"2026": {"crisisReferrals": 1, "disclosures": 2, "blockedMessages": 3, "blockedReplies": 4}}
            },
        }
        for address, answer in answers.items():
            page.route(address, functools.partial(answered, answer))
        self.audit(page, ["/review"])
        approved = []
        page.route("**/approve", lambda route: (approved.append(route.request.post_data_json), route.fulfill(json={})))
        page.get_by_role("button", name="Approve").click()
        expect(page.locator(".toast")).to_contain_text("Pia")
        self.assertEqual(approved, [{"revision": 3, "rating": "general"}])

    def test_the_entrance_in_both_themes(self):
        self.audit(self.open(self.context()), ["/sign-in", "/sign-in?error=cancelled", "/sign-in?verified", "/sign-up", "/reset", "/verify"])

    def audit(self, page, paths):
        found = []
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for path in paths:
                page.goto(self.server.url + path)
                expect(page.get_by_role("heading", level=1)).to_be_visible()
                found += [f"{theme} {path}: {defect}" for defect in page.evaluate(AUDIT)]
        self.assertEqual(found, [])

    def test_the_audit_finds_what_it_looks_for(self):
        page = self.open(self.context(), "/sign-in")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.evaluate("""() => {
          const main = document.querySelector("main")
          const text = document.createElement("p")
          text.textContent = "faint"
          main.append(document.createTextNode("undefined"))
          text.style.color = "#bbb"
          const button = document.createElement("button")
          button.style.cssText = "min-height: 0; height: 10px; width: 10px; padding: 0"
          main.append(text, button)
        }""")
        found = " ".join(page.evaluate(AUDIT))
        for part in ("faint", "no name", "small", "no words"):
            self.assertIn(part, found)

    def test_the_focus_is_always_seen_and_goes_in_order(self):
        page, _ = self.signed_in("/settings")
        expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
        last = -1
        seen = 0
        for _ in range(40):
            page.keyboard.press("Tab")
            place = page.evaluate("""() => {
              const element = document.activeElement
              const style = getComputedStyle(element)
              const ringed = element.matches(".visually-hidden") ? getComputedStyle(element.parentElement) : style
              const all = [...document.querySelectorAll("*")]
              return element === document.body ? null : [all.indexOf(element), ringed.outlineStyle !== "none" && parseFloat(ringed.outlineWidth) >= 2, element.outerHTML.slice(0, 80)]
            }""")
            if place is None:
                break
            self.assertTrue(place[1], f"no ring: {place[2]}")
            self.assertGreater(place[0], last, f"out of order: {place[2]}")
            last = place[0]
            seen += 1
        self.assertGreater(seen, 15)


class Measures(BrowserCase):
    # What is built into the server, compressed as people get it.
    page_folder = None

    def test_the_first_paint_takes_less_than_100_kB(self):
        page = self.context().new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes = []
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(self.server.url)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        self.assertGreater(len(sizes), 10)
        self.assertLess(sum(sizes), 100_000)
        print(f"first paint: {len(sizes)} files, {sum(sizes) / 1_000:.1f} kB", flush=True)

    def test_all_of_the_page_is_small(self):
        total = sum(len(gzip.compress(file.read_bytes())) for file in PAGE.rglob("*") if file.is_file())
        self.assertLess(total, 100_000)

    def test_streaming_moves_nothing_and_blocks_nothing(self):
        page, _, _ = self.in_chat()
        self.model.hold()
        words = "".join(f"Word {number}." + ("\n\n" if number % 12 == 0 else " ") for number in range(1, 401))
        self.say(page, f"slowly 2: {words}", whole=False)
        expect(replies(page).last).to_contain_text("Word 1.")
        # Everything counts, also what Chromium would forgive because a key was pressed before.
        page.evaluate("""() => {
          window.seen = { shift: 0, long: [] }
          new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.seen.shift += entry.value }).observe({ type: "layout-shift" })
          new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.seen.long.push(entry.duration) }).observe({ type: "longtask" })
        }""")
        self.model.release()
        expect(page.locator(".message.writing")).to_have_count(0)
        expect(replies(page).last).to_contain_text("Word 400.")
        seen = page.evaluate("window.seen")
        self.assertLess(seen["shift"], 0.02)
        # Each is a rendering of the reply; a machine under load takes its time, but never for a second.
        self.assertLess(max(seen["long"], default=0), 1_000)
        print(
            f"streaming: layout shift {seen['shift']:.4f}, long tasks {[round(task) for task in seen['long']]}",
            flush=True,
        )

    def test_who_reads_above_stays_there_and_who_is_at_the_end_stays_at_the_end(self):
        page, _, _ = self.in_chat()
        self.say(page, "repeat 300")
        thread = page.locator(".thread")
        is_at_end = "element => element.scrollHeight - element.scrollTop - element.clientHeight < 2"
        self.assertTrue(thread.evaluate(is_at_end))
        self.model.hold()
        self.say(page, "slowly 2: still going " + "on and on " * 200, whole=False)
        expect(replies(page).last).to_contain_text("still going")
        thread.evaluate("element => { element.scrollTop = 100 }")
        expect(page.get_by_role("button", name="To the end")).to_be_visible()
        self.model.release()
        expect(page.locator(".message.writing")).to_have_count(0)
        self.assertEqual(thread.evaluate("element => element.scrollTop"), 100)
        page.get_by_role("button", name="To the end").click()
        expect(page.get_by_role("button", name="To the end")).to_be_hidden()

    def test_the_page_opens_without_a_network(self):
        page, _ = self.signed_in()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Robin")
        page.context.set_offline(True)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
        page.context.set_offline(False)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Robin")


if __name__ == "__main__":
    unittest.main()
