// One message: its words, what came beside them, and what can be done with it.

import { h, icon, iconButton } from "../dom.js"
import { stamp } from "../format.js"
import { showMarkdown } from "../markdown.js"
import { menu } from "../parts/menu.js"
import { t } from "../strings.js"

/** The element of a message. `act` has the actions; `update(view)` shows it as it is now. */
export class MessageView {
  constructor(message, act) {
    this.act = act
    this.author = message.author
    this.words = h("div", { class: "words" })
    this.beside = h("div", { class: "beside" })
    this.foot = h("div", { class: "foot" })
    this.element = h("article", { class: `message ${message.author}`, id: `m-${message.id}`, "data-sequence": message.sequence, tabindex: "-1" },
      this.beside, h("div", { class: "bubble" }, this.words), this.foot)
    if (message.author === "character") swipes(this.element, (step) => act.swipe(this.message, step))
  }

  /** `live` is the running reply, where it is this one's. */
  update({ message, name, live, extras, isLast, canRegenerate, canSpeak }) {
    this.message = message
    const text = live ? live.text : message.text
    const isWriting = message.status === "generating"
    this.element.setAttribute("aria-label", t(message.author === "user" ? "chat.youSaid" : "chat.said", { name, time: stamp(message.createdAt) }))
    this.element.setAttribute("aria-busy", String(isWriting))
    this.element.classList.toggle("writing", isWriting)
    this.element.classList.toggle("last", isLast)
    this.say(text, isWriting)
    const key = JSON.stringify([message.id, message.status, message.selected, message.alternatives.length, isLast, canRegenerate, canSpeak, text.length === 0])
    if (key !== this.footKey) this.foot.replaceChildren(...this.footOf(message, { isLast, canRegenerate, canSpeak, isWriting }))
    this.footKey = key
    const shown = extras ? JSON.stringify(extras) : ""
    if (shown !== this.besideKey) this.beside.replaceChildren(...besideOf(extras))
    this.besideKey = shown
  }

  say(text, isWriting) {
    const isWaiting = isWriting && !text
    if (isWaiting !== this.isWaiting) {
      this.words.replaceChildren()
      this.words.markdownSources = undefined
      if (isWaiting) this.words.append(h("span", { class: "dots" }, h("i"), h("i"), h("i")), h("span", { class: "visually-hidden" }, t("chat.writes")))
    }
    this.isWaiting = isWaiting
    if (!isWaiting) showMarkdown(this.words, text)
  }

  footOf(message, { isLast, canRegenerate, canSpeak, isWriting }) {
    const { act } = this
    const count = message.alternatives.length
    const states = { interrupted: t("status.interrupted"), blocked: t("status.blocked"), failed: t("status.failed") }
    const parts = [h("time", { class: "muted small", datetime: message.createdAt }, stamp(message.createdAt))]
    if (states[message.status]) parts.push(h("span", { class: "chip" }, states[message.status]))
    if (isWriting) return parts
    if (isLast && ["interrupted", "failed"].includes(message.status)) {
      parts.push(h("button", { type: "button", class: "quiet small-button", onclick: () => act.goOn() }, icon("forward"), t("chat.continue")))
    }
    if (message.author === "character" && (count > 1 || isLast && canRegenerate)) {
      const isAtEnd = message.selected === count - 1
      parts.push(h("span", { class: "swipes", role: "group", "aria-label": t("swipe.label") },
        iconButton("left", t("swipe.previous"), () => act.swipe(message, -1), { disabled: message.selected === 0 }),
        h("span", { class: "small", "aria-live": "off" }, t("swipe.place", { number: message.selected + 1, count })),
        iconButton(isAtEnd ? "again" : "right", isAtEnd ? t("chat.regenerate") : t("swipe.next"), () => act.swipe(message, 1),
          { disabled: isAtEnd && !(isLast && canRegenerate) })))
    }
    if (canSpeak && message.author === "character") parts.push(iconButton("play", t("speech.play"), (event) => act.speak(message, event.currentTarget)))
    parts.push(menu(t("chat.messageActions"), () => [
      ["copy", t("copy"), () => act.copy(message)],
      ["edit", t("edit"), () => act.edit(message)],
      isLast && canRegenerate && ["again", t("chat.regenerate"), () => act.regenerate()],
      isLast && message.author === "character" && canRegenerate && ["forward", t("chat.continue"), () => act.goOn()],
      ["fork", t("chat.fork"), () => act.fork(message)],
      ["trash", t("delete"), () => act.erase(message, isLast), true],
    ]))
    return parts
  }
}

function besideOf(extras) {
  if (!extras) return []
  const parts = extras.cards.map(card)
  if (extras.recalled?.length) {
    parts.push(h("details", { class: "recalled" }, h("summary", null, icon("book"), t("chat.remembered", { count: extras.recalled.length })),
      h("ul", null, extras.recalled.map((text) => h("li", null, text)))))
  }
  return parts
}

/** What is not the character's words, apart from them. */
export function card(frame) {
  if (frame.type === "crisis") {
    return h("section", { class: "aside crisis", role: "alert" }, icon("heart"), h("div", null, h("p", null, frame.message),
      h("ul", null, frame.resources.map(({ name, contact, url }) => h("li", null, h("strong", null, name), " ", contact, " ",
        url && h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, t("crisis.open")))))))
  }
  const symbol = { disclosure: "info", notice: "info", blocked: "shield" }[frame.type]
  return h("section", { class: `aside ${frame.type}`, role: "note" }, icon(symbol), h("div", null, h("p", null, frame.message),
    frame.suggestsBreak && h("p", null, t("disclosure.break"))))
}

/** What was written and has not arrived. */
export function waitingMessage(item, { refusal, isOffline, act }) {
  const words = h("div", { class: "words" })
  showMarkdown(words, item.text)
  return h("article", { class: "message user waiting", "aria-label": t("chat.waiting") }, h("div", { class: "bubble" }, words),
    h("div", { class: "foot" }, refusal
      ? [h("span", { class: "problem small", role: "alert" }, refusal.message),
        h("button", { type: "button", class: "quiet small-button", onclick: () => act.tryAgain(item) }, icon("again"), t("again")),
        h("button", { type: "button", class: "quiet small-button", onclick: () => act.takeBack(item) }, icon("edit"), t("chat.takeBack"))]
      : h("span", { class: "muted small" }, isOffline ? t("chat.waitsForConnection") : t("chat.sending"))))
}

// A finger that goes sideways turns to the next reply; one that goes up or down scrolls.
function swipes(element, turn) {
  let start = null
  element.addEventListener("touchstart", ({ touches }) => {
    start = touches.length === 1 ? { x: touches[0].clientX, y: touches[0].clientY } : null
  }, { passive: true })
  element.addEventListener("touchend", ({ changedTouches: [touch] }) => {
    if (!start) return
    const [x, y] = [touch.clientX - start.x, touch.clientY - start.y]
    start = null
    if (Math.abs(x) > 60 && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? 1 : -1)
  }, { passive: true })
}
