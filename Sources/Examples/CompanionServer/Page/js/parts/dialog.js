// Questions that must be answered, in the browser's own dialog element: it keeps the focus, and gives it back.

import { h } from "../dom.js"
import { t } from "../strings.js"

/** Shows a dialog; `build(close)` gives its content. Resolves with what `close` was given, undefined where it was left. */
export function dialog(title, build) {
  return new Promise((resolve) => {
    let result
    const element = h("dialog", { "aria-labelledby": "dialog-title" })
    const close = (value) => { result = value; element.close() }
    element.append(h("h2", { id: "dialog-title" }, title), ...[build(close)].flat())
    element.addEventListener("close", () => { element.remove(); resolve(result) })
    element.addEventListener("click", (event) => { if (event.target === element) element.close() })
    document.body.append(element)
    element.showModal()
  })
}

/** Whether somebody wants what can't be taken back, or not easily. */
export async function confirm(title, text, action, { isDangerous = true } = {}) {
  return await dialog(title, (close) => [
    h("p", null, text),
    h("div", { class: "row end" },
      h("button", { type: "button", class: "quiet", onclick: () => close(false) }, t("cancel")),
      h("button", { type: "button", class: isDangerous ? "danger" : "primary", onclick: () => close(true) }, action)),
  ]) === true
}

/** A text that somebody changes; undefined where they leave it. */
export function askText(title, label, value, { action = t("save"), isLong = true, type, maximum } = {}) {
  return dialog(title, (close) => {
    const input = h(isLong && !type ? "textarea" : "input", { id: "dialog-text", type, rows: isLong && !type ? 6 : null, maxlength: maximum, value, required: true })
    return h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); close(input.value.trim()) } },
      h("div", { class: "field" }, h("label", { for: "dialog-text" }, label), input),
      h("div", { class: "row end" },
        h("button", { type: "button", class: "quiet", onclick: () => close() }, t("cancel")),
        h("button", { type: "submit", class: "primary" }, action)))
  })
}
