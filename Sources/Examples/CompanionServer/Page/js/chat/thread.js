// The messages on the page. Stays at the end only while the reader is there, and keeps what is read in its place otherwise.

import { h, icon } from "../dom.js"
import { t } from "../strings.js"
import { card, MessageView, waitingMessage } from "./message.js"

export class Thread {
  constructor(talk, act, signal) {
    Object.assign(this, { talk, act })
    this.views = new Map()
    this.list = h("div", { class: "messages", role: "log", "aria-live": "off", "aria-label": t("chat.messages") })
    this.pending = h("div", { class: "messages pending" })
    this.older = h("div", { class: "older muted small" })
    this.down = h("button", { type: "button", class: "to-end", hidden: true, onclick: () => this.toEnd(true) }, icon("down"), t("chat.toEnd"))
    this.scroller = h("div", { class: "thread", tabindex: "0", role: "region", "aria-label": t("chat.messages") }, h("div", { class: "thread-inner" }, this.older, this.list, this.pending))
    this.element = h("div", { class: "thread-holder" }, this.scroller, this.down)
    this.isAtEnd = true
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true })
    const observer = new ResizeObserver(() => { if (this.isAtEnd) this.toEnd() })
    observer.observe(this.scroller)
    observer.observe(this.scroller.firstChild)
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting && this.isShown) this.talk.loadOlder().catch(() => {})
    }, { root: this.scroller, rootMargin: "600px 0px 0px" })
    watcher.observe(this.older)
    signal.addEventListener("abort", () => { observer.disconnect(); watcher.disconnect() })
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < 40
    this.down.hidden = this.isAtEnd
  }

  toEnd(isSmooth = false) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: isSmooth && !calm ? "smooth" : "instant" })
  }

  /** Shows everything as it is now. What is read keeps its place when older messages come before it. */
  draw({ isPrepending = false } = {}) {
    const before = this.scroller.scrollHeight - this.scroller.scrollTop
    const { messages, live, extras } = this.talk
    const known = new Set(messages.map((message) => message.id))
    for (const [id, view] of this.views) {
      if (known.has(id)) continue
      view.element.remove()
      this.views.delete(id)
    }
    let previous = null
    for (const message of messages) {
      const element = this.drawOne(message, live, extras).element
      const place = previous ? previous.nextSibling : this.list.firstChild
      if (place !== element) this.list.insertBefore(element, place)
      previous = element
    }
    this.drawPending()
    this.older.textContent = this.talk.hasOlder ? t("loading") : ""
    if (isPrepending) this.scroller.scrollTop = this.scroller.scrollHeight - before
    else if (this.isAtEnd) this.toEnd()
  }

  drawOne(message, live, extras) {
    let view = this.views.get(message.id)
    if (!view) this.views.set(message.id, view = new MessageView(message, this.act))
    const isLast = message.id === this.talk.last?.id
    view.update({
      message, isLast, name: this.act.name, live: live?.id === message.id ? live : null, extras: extras.get(message.id),
      canRegenerate: isLast && this.talk.messages.some((other) => other.author === "user"), canSpeak: this.act.canSpeak,
    })
    return view
  }

  drawPending() {
    const { talk, act } = this
    const orphans = [...talk.extras].filter(([reply, { cards }]) => cards.length && !this.views.has(reply) && talk.live?.id !== reply)
    this.pending.replaceChildren(...orphans.flatMap(([, { cards }]) => cards.map(card)),
      ...talk.waiting.map((item) => waitingMessage(item, { refusal: talk.refusals.get(item.id), isOffline: act.isOffline(), act })))
    if (this.isAtEnd) this.toEnd()
  }

  /** The words of the running reply, at most once in a frame of the screen. */
  drawText() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      const { live, last, messages, extras } = this.talk
      const message = live && (last?.id === live.id ? last : messages.find((other) => other.id === live.id))
      if (message) this.drawOne(message, live, extras)
      if (this.isAtEnd) this.toEnd()
    })
  }

  /** Brings a message into view: where a memory comes from. */
  async find(sequence) {
    while (this.talk.hasOlder && this.talk.messages[0].sequence > sequence) await this.talk.loadOlder()
    const element = this.list.querySelector(`[data-sequence="${sequence}"]`)
    if (!element) return
    this.isAtEnd = false
    element.scrollIntoView({ block: "center" })
    element.classList.add("found")
    element.focus({ preventScroll: true })
  }
}
