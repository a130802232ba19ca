// One chat as this tab knows it: its messages, the reply that is being made, and what waits to be sent. Knows nothing of the
// DOM; `changed(what)` is called with "messages", "text" (of the running reply), "waiting" or "state".

import { get, patch, post, remove } from "../api.js"
import { tell } from "../channel.js"
import { dequeue, enqueue, waiting } from "../outbox.js"
import { ask, cancel, isFollowing, leave } from "../socket.js"
import { t } from "../strings.js"

const PAGE = 50

export class Talk {
  constructor(chat, { signal, changed, finished, refused }) {
    Object.assign(this, { chat, signal, changed, finished, refused })
    /** In the order of their sequence numbers. */
    this.messages = []
    /** Whether there may be older ones. */
    this.hasOlder = true
    /** The running reply: { id, text, isContinuation }. */
    this.live = null
    /** What came with replies beside their words, by reply: { recalled, cards }. Lives as long as the page. */
    this.extras = new Map()
    /** Why messages that wait could not be sent, by their id. */
    this.refusals = new Map()
    this.asking = null
    signal.addEventListener("abort", () => { if (this.live) leave(this.live.id) })
  }

  get id() { return this.chat.id }
  get isBusy() { return this.live !== null || this.asking !== null }
  get last() { return this.messages.at(-1) }
  /** What waits and is not in the messages yet. */
  get waiting() { return waiting(this.id).filter((item) => !this.messages.some((message) => message.clientId === item.id)) }

  // Reading

  async load() {
    const { items } = await get(`/v1/chats/${this.id}/messages?limit=${PAGE}`, { signal: this.signal })
    this.messages = items
    this.hasOlder = items.length === PAGE && items[0].sequence > 1
    this.takeUp()
    this.pump()
  }

  async loadOlder() {
    if (!this.hasOlder || !this.messages.length) return
    this.loadingOlder ??= get(`/v1/chats/${this.id}/messages?limit=${PAGE}&before=${this.messages[0].sequence}`, { signal: this.signal })
      .then(({ items }) => {
        this.hasOlder = items.length === PAGE
        this.messages = [...items, ...this.messages]
        this.changed("older")
      }).finally(() => { this.loadingOlder = null })
    await this.loadingOlder
  }

  /** Looks again at what this or another tab has changed. */
  async refresh() {
    const limit = Math.max(PAGE, Math.min(100, this.messages.length + 4))
    const { items } = await get(`/v1/chats/${this.id}/messages?limit=${limit}`, { signal: this.signal })
    const first = items[0]?.sequence ?? Infinity
    this.messages = [...(items.length === limit ? this.messages.filter((message) => message.sequence < first) : []), ...items]
    this.takeUp()
    this.changed("messages")
    this.pump()
  }

  /** Goes on with a reply that is being made: after a reload, or because another tab asked for it. */
  takeUp() {
    for (const item of waiting(this.id)) {
      if (this.messages.some((message) => message.clientId === item.id)) dequeue(item.id)
    }
    const running = this.messages.find((message) => message.status === "generating")
    if (!running) {
      // It may have ended while nobody told us.
      if (this.live && !isFollowing(this.live.id)) this.live = null
      return
    }
    if (this.live?.id === running.id && isFollowing(running.id)) return
    this.live = { id: running.id, text: "", isFresh: true }
    ask({ type: "resume", reply: running.id, after: 0 }, (frame) => this.take(frame))
  }

  // Asking

  say(text) {
    enqueue(this.id, text)
    this.changed("waiting")
    this.pump()
  }

  /** Sends what waits, one after the other, because each has its reply. */
  pump() {
    if (this.isBusy || this.signal.aborted) return
    const item = this.waiting.find((item) => !this.refusals.has(item.id))
    if (!item) return
    this.asking = item.id
    ask({ type: "send", chat: this.id, text: item.text, id: item.id }, (frame) => this.take(frame, item))
    this.changed("state")
  }

  tryAgain(item) {
    this.refusals.delete(item.id)
    this.changed("waiting")
    this.pump()
  }

  withdraw(item) {
    dequeue(item.id)
    this.refusals.delete(item.id)
    this.changed("waiting")
  }

  another(kind) {
    if (this.isBusy || this.waiting.length) return
    this.asking = kind
    ask({ type: kind, chat: this.id }, (frame) => this.take(frame))
    this.changed("state")
  }

  stop() { if (this.live) cancel(this.live.id) }

  // Frames

  take(frame, item) {
    if (this.signal.aborted) return
    switch (frame.type) {
      case "following":
        this.asking = null
        this.live ??= { id: frame.reply, text: "" }
        this.live.id = frame.reply
        return
      case "started": return this.started(frame, item)
      case "text":
        this.live ??= { id: frame.reply, text: "" }
        this.live.text += frame.text
        return this.changed("text")
      case "recalled":
        if (frame.count) this.extra(frame.reply).recalled = frame.items
        return this.changed("extras")
      case "disclosure": case "crisis": case "notice": case "blocked":
        this.extra(frame.reply).cards.push(frame)
        if (frame.type === "crisis" && frame.endsTurn && item) this.ended(item)
        return this.changed("extras")
      case "finished":
        this.live = null
        this.asking = null
        this.keep(frame.message)
        if (item) dequeue(item.id)
        this.changed("messages")
        this.finished(frame.message)
        tell({ type: "chat", chat: this.id })
        return this.pump()
      case "failed":
        this.live = null
        this.asking = null
        this.refused(frame)
        return this.refresh().catch(() => {})
      case "error":
        this.asking = null
        if (item) this.refusals.set(item.id, frame)
        else if (this.live?.isFresh) this.live = null
        else this.refused(frame)
        this.changed("waiting")
        return undefined
      case "lost":
        this.asking = null
        this.live = null
        this.refresh().catch(() => {})
    }
  }

  started(frame, item) {
    this.asking = null
    if (item) dequeue(item.id)
    if (frame.message) this.keep(frame.message)
    const known = this.messages.find((message) => message.id === frame.reply)
    // What is continued goes on behind the words that are there.
    const isContinuation = !frame.message && known?.text
    this.live = { id: frame.reply, text: isContinuation ? known.text : "" }
    const created = { text: "", status: "generating", createdAt: new Date().toISOString() }
    if (!known) {
      this.keep({
        id: frame.reply, chat: this.id, author: "character", text: "", status: "generating", selected: 0, alternatives: [created],
        sequence: (frame.message?.sequence ?? this.last?.sequence ?? 0) + 1, createdAt: created.createdAt,
      })
    } else if (known.status !== "generating") {
      const alternatives = isContinuation ? known.alternatives : [...known.alternatives, created]
      this.keep({ ...known, status: "generating", alternatives, selected: isContinuation ? known.selected : alternatives.length - 1 })
    }
    this.changed("messages")
    tell({ type: "chat", chat: this.id })
  }

  /** A turn that a crisis ends leaves no messages. */
  ended(item) {
    dequeue(item.id)
    this.live = null
    this.asking = null
  }

  extra(reply) {
    if (!this.extras.has(reply)) this.extras.set(reply, { recalled: null, cards: [] })
    return this.extras.get(reply)
  }

  keep(message) {
    const index = this.messages.findIndex((other) => other.id === message.id)
    if (index >= 0) this.messages[index] = message
    else this.messages.push(message)
    this.messages.sort((one, other) => one.sequence - other.sequence)
  }

  // Changing

  async edit(message, text) { this.changedHere(await patch(`/v1/messages/${message.id}`, { text })) }

  async choose(message, selected) { this.changedHere(await patch(`/v1/messages/${message.id}`, { selected })) }

  changedHere(message) {
    this.keep(message)
    this.changed("messages")
    tell({ type: "chat", chat: this.id })
  }

  async erase(message, andFollowing) {
    await remove(`/v1/messages/${message.id}${andFollowing ? "?following=true" : ""}`)
    tell({ type: "chat", chat: this.id })
    await this.refresh()
  }

  async undo() {
    const { undone } = await post(`/v1/chats/${this.id}/undo`)
    tell({ type: "chat", chat: this.id })
    await this.refresh()
    return t(undone ? `undone.${undone}` : "undone.nothing")
  }

  async fork(message) { return (await post(`/v1/chats/${this.id}/fork`, { message: message.id })).chat }
}
