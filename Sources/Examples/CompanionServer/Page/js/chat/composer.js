// Where one writes. Keeps what is written, whatever happens to the page or the connection.

import { h, iconButton } from "../dom.js"
import { draft, keepDraft } from "../outbox.js"
import { recorder } from "./voice.js"
import { t } from "../strings.js"

const MAXIMUM = 16_000

export function composer(talk, { say, editLast, canRecord, name, signal }) {
  const input = h("textarea", {
    rows: "1", "aria-label": t("chat.message", { name }), placeholder: t("chat.message", { name }), maxlength: MAXIMUM,
    enterkeyhint: "send", autocomplete: "off", value: draft(talk.id),
  })
  const send = iconButton("send", t("chat.send"), null, { type: "submit", class: "primary send" })
  const stop = iconButton("stop", t("chat.stop"), () => talk.stop(), { class: "primary send", hidden: true })
  const element = h("form", { class: "composer" }, input, canRecord && recorder((text) => put(`${input.value} ${text}`.trim()), signal), stop, send)
  const grow = () => {
    input.style.blockSize = "auto"
    input.style.blockSize = `${Math.min(input.scrollHeight, innerHeight * 0.4)}px`
  }
  const put = (text) => {
    input.value = text
    keepDraft(talk.id, text)
    grow()
    input.focus()
  }
  input.addEventListener("input", () => { keepDraft(talk.id, input.value); grow() })
  input.addEventListener("keydown", (event) => {
    // Enter sends where there are keys; on phones it makes a line, and the button sends.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) {
      event.preventDefault()
      element.requestSubmit()
    }
    if (event.key === "ArrowUp" && !input.value) { event.preventDefault(); editLast() }
  })
  element.addEventListener("submit", (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (!text || talk.live) return
    input.value = ""
    keepDraft(talk.id, "")
    grow()
    say(text)
  })
  return {
    element, put, focus: () => input.focus(), grow,
    /** Shows whether a reply is being made. */
    update() {
      const isLive = talk.live !== null
      if (isLive && document.activeElement === send) input.focus()
      if (!isLive && document.activeElement === stop) input.focus()
      send.hidden = isLive
      stop.hidden = !isLive
    },
  }
}
