// Talking: the heading with the state of the connection, the messages, and the composer.

import { download, get, post } from "../api.js"
import { hear, tell } from "../channel.js"
import { Thread } from "../chat/thread.js"
import { Talk } from "../chat/talk.js"
import { composer as makeComposer } from "../chat/composer.js"
import { speak, speech, stopSpeaking } from "../chat/voice.js"
import { announce, h, icon } from "../dom.js"
import { askText, dialog } from "../parts/dialog.js"
import { menu } from "../parts/menu.js"
import { portrait } from "../parts/portrait.js"
import { complain, toast } from "../parts/toast.js"
import { go } from "../router.js"
import { connect, onSocketState, socketState } from "../socket.js"
import { t } from "../strings.js"

export async function show({ params, query, signal }) {
  const [chat, sound] = await Promise.all([get(`/v1/chats/${params.id}`, { signal }), speech()])
  const name = chat.characterName ?? t("chat.gone")
  const talk = new Talk(chat, {
    signal,
    changed(what) {
      if (what === "text") return thread.drawText()
      if (what === "waiting") thread.drawPending()
      else if (what !== "state") thread.draw({ isPrepending: what === "older" })
      composer.update()
    },
    finished: (message) => announce(t("chat.announced", { name, text: message.text })),
    refused: (frame) => complain(Object.assign(new Error(frame.message), { code: frame.code })),
  })
  const isOffline = () => !navigator.onLine || socketState() !== "ready"
  const act = actions(talk, name, { canSpeak: sound.synthesis, isOffline })
  const thread = new Thread(talk, act, signal)
  const composer = makeComposer(talk, {
    name, signal, canRecord: sound.transcription && "MediaRecorder" in window && !!navigator.mediaDevices,
    say(text) { thread.isAtEnd = true; talk.say(text) },
    editLast: () => { const mine = talk.messages.findLast((message) => message.author === "user"); if (mine) act.edit(mine) },
  })
  act.composer = composer
  await talk.load()

  const state = connectionState(signal, () => thread.drawPending())
  hear(signal, (change) => { if (change.type === "chat" && change.chat === talk.id) talk.refresh().catch(complain) })
  addEventListener("storage", () => thread.drawPending(), { signal })
  document.addEventListener("visibilitychange", () => { if (!document.hidden) talk.refresh().catch(() => {}) }, { signal })
  document.addEventListener("keydown", (event) => keys(event, talk, act), { signal })
  signal.addEventListener("abort", stopSpeaking)
  connect()
  return {
    title: chat.title || name, kind: "chat", keepsFocus: true,
    content: [
      h("header", { class: "chat-head" },
        h("a", { href: "/", class: "icon-button", "aria-label": t("chat.back"), title: t("chat.back") }, icon("back")),
        portrait(chat.image, name), h("h1", { tabindex: "-1" }, chat.title || name, h("span", { class: "ai", title: t("chat.isAI") }, t("chat.ai"))),
        menu(t("chat.actions", { name }), () => [
          ["undo", t("undo"), () => talk.undo().then((text) => toast(text)).catch(complain)],
          ["edit", t("characters.edit"), () => go(`/characters/${chat.character}`)],
          ["book", t("chat.knows", { name }), () => go(`/memories?character=${chat.character}`)],
          ["pin", t("chat.rememberNow"), () => rememberNow(talk)],
          ["eye", t("chat.prompt"), () => showPrompt(chat)],
          ["download", t("chat.export"), () => download(`/v1/chats/${chat.id}/export`).catch(complain)],
        ])),
      state, thread.element, composer.element,
    ],
    shown() {
      thread.draw()
      thread.toEnd()
      thread.isShown = true
      composer.update()
      composer.grow()
      if (query.has("message")) thread.find(Number(query.get("message"))).catch(complain)
      else if (matchMedia("(hover: hover)").matches) composer.focus()
    },
  }
}

function connectionState(signal, changed) {
  const element = h("div", { class: "connection", role: "status" })
  let timer
  const draw = () => {
    clearTimeout(timer)
    const isReady = socketState() === "ready" && navigator.onLine
    const say = () => { element.textContent = isReady ? "" : navigator.onLine ? t("chat.reconnecting") : t("chat.offline") }
    // A connection that is back at once is nobody's concern.
    if (isReady || !navigator.onLine) say()
    else timer = setTimeout(say, 800)
    changed()
  }
  onSocketState(signal, draw)
  addEventListener("online", draw, { signal })
  addEventListener("offline", draw, { signal })
  signal.addEventListener("abort", () => clearTimeout(timer))
  queueMicrotask(draw)
  return element
}

function keys(event, talk, act) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return
  if (document.querySelector("dialog[open], [popover]:popover-open")) return
  if (event.key === "Escape" && talk.live) { event.preventDefault(); talk.stop() }
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  const { target } = event
  if (!step || target.matches("input, select") || target.matches("textarea") && target.value) return
  if (talk.last?.author !== "character") return
  event.preventDefault()
  act.swipe(talk.last, step)
}

function actions(talk, name, { canSpeak, isOffline }) {
  const withUndo = (text) => toast(text, { action: t("undo"), onAction: () => talk.undo().then((said) => toast(said)).catch(complain) })
  return {
    name, canSpeak, isOffline, speak,
    async swipe(message, step) {
      if (talk.isBusy) return
      const next = message.selected + step
      const isAnswer = talk.messages.some((other) => other.author === "user")
      try {
        if (next >= 0 && next < message.alternatives.length) await talk.choose(message, next)
        else if (step > 0 && message === talk.last && isAnswer) talk.another("regenerate")
      } catch (problem) { complain(problem) }
    },
    regenerate: () => talk.another("regenerate"),
    goOn: () => talk.another("continue"),
    tryAgain: (item) => talk.tryAgain(item),
    takeBack(item) {
      talk.withdraw(item)
      this.composer.put(item.text)
    },
    async copy(message) {
      try {
        await navigator.clipboard.writeText(message.text)
        toast(t("copied"))
      } catch { toast(t("copyFailed"), { isError: true }) }
    },
    async edit(message) {
      const text = await askText(t("chat.editTitle"), t("chat.editLabel"), message.text, { maximum: 100_000 })
      if (!text || text === message.text) return
      await talk.edit(message, text).then(() => withUndo(t("chat.edited"))).catch(complain)
    },
    async fork(message) {
      await talk.fork(message).then((chat) => { toast(t("chat.forked")); return go(`/chats/${chat.id}`) }).catch(complain)
    },
    async erase(message, isLast) {
      const choice = isLast ? "one" : await askWhat()
      if (choice) await talk.erase(message, choice === "all").then(() => withUndo(t("chat.erased"))).catch(complain)
    },
  }
}

const askWhat = () => dialog(t("chat.eraseTitle"), (close) => [h("p", null, t("chat.eraseText")), h("div", { class: "row end" },
  h("button", { type: "button", class: "quiet", onclick: () => close() }, t("cancel")),
  h("button", { type: "button", onclick: () => close("one") }, t("chat.eraseOne")),
  h("button", { type: "button", class: "danger", onclick: () => close("all") }, t("chat.eraseAll")))])

async function rememberNow(talk) {
  try {
    const { learnt } = await post(`/v1/chats/${talk.id}/memories/extract`)
    if (learnt) tell({ type: "memories" })
    toast(t("chat.learnt", { count: learnt }), learnt ? { action: t("nav.memories"), onAction: () => go("/memories") } : {})
  } catch (problem) { complain(problem) }
}

async function showPrompt(chat) {
  try {
    const prompt = await get(`/v1/chats/${chat.id}/prompt`)
    await dialog(t("chat.prompt"), (close) => [
      h("p", { class: "muted" }, t("prompt.text", { tokens: prompt.promptTokens, budget: prompt.budget })),
      h("div", { class: "scroll" }, h("table", null, h("thead", null, h("tr", null, h("th", { scope: "col" }, t("prompt.part")), h("th", { scope: "col" }, t("prompt.tokens")), h("th", { scope: "col" }, t("prompt.note")))),
        h("tbody", null, prompt.segments.map((segment) => h("tr", { class: segment.isIncluded ? null : "muted" },
          h("td", null, segment.title), h("td", null, String(segment.tokens)), h("td", null, segment.note)))))),
      h("div", { class: "row end" }, h("button", { type: "button", class: "primary", onclick: () => close() }, t("close"))),
    ])
  } catch (problem) { complain(problem) }
}
