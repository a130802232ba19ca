// Short words at the edge: what was done, with a way back, or what went wrong.

import { h } from "../dom.js"
import { t } from "../strings.js"

/** Shows a line for some seconds, longer where it has an action; pointing at it, or focus in it, keeps it. */
export function toast(text, { action, onAction, isError = false } = {}) {
  const place = document.getElementById("toasts")
  const element = h("div", { class: isError ? "toast error" : "toast" }, h("span", null, text),
    action && h("button", { type: "button", class: "quiet", onclick: () => { element.remove(); onAction() } }, action))
  place.append(element)
  while (place.childElementCount > 3) place.firstChild.remove()
  let timer
  const hide = () => { timer = setTimeout(() => element.remove(), action || isError ? 9_000 : 5_000) }
  element.addEventListener("pointerenter", () => clearTimeout(timer))
  element.addEventListener("pointerleave", hide)
  element.addEventListener("focusin", () => clearTimeout(timer))
  element.addEventListener("focusout", hide)
  hide()
}

/** Says what went wrong in words; an abort is nothing wrong. */
export function complain(problem) {
  if (problem.name === "AbortError") return
  if (!problem.code) console.error(problem)
  toast(problem.code ? problem.message : t("error.defect"), { isError: true })
}

/** Runs an action of a button, which can't be pressed again meanwhile. */
export async function busy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return undefined
  button.setAttribute("aria-busy", "true")
  try {
    return await work()
  } catch (problem) {
    complain(problem)
    return undefined
  } finally {
    button.removeAttribute("aria-busy")
  }
}
