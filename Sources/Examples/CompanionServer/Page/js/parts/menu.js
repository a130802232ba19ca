// A button with a list of actions, as screen readers and keys know menus.

import { h, icon, iconButton } from "../dom.js"

let lastId = 0

/** `actions` are [icon, label, what to do, isDangerous?]; it may be a function that gives them. */
export function menu(label, actions, { name = "more" } = {}) {
  const id = `menu-${++lastId}`
  const list = h("div", { class: "menu", id, role: "menu", popover: "auto", "aria-label": label })
  const button = iconButton(name, label, null, { popovertarget: id, "aria-haspopup": "menu", "aria-expanded": "false" })
  const items = () => [...list.querySelectorAll("[role=menuitem]")]
  list.addEventListener("beforetoggle", ({ newState }) => {
    if (newState !== "open") return
    list.replaceChildren(...(typeof actions === "function" ? actions() : actions).filter(Boolean).map(([symbol, text, act, isDangerous]) =>
      h("button", { type: "button", role: "menuitem", class: isDangerous ? "dangerous" : null, onclick: () => { list.hidePopover(); act() } }, icon(symbol), text)))
  })
  list.addEventListener("toggle", ({ newState }) => {
    button.setAttribute("aria-expanded", String(newState === "open"))
    if (newState !== "open") return
    place()
    items()[0]?.focus()
  })
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    const all = items()
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus()
  })
  function place() {
    const anchor = button.getBoundingClientRect()
    const box = list.getBoundingClientRect()
    const below = anchor.bottom + box.height + 8 < innerHeight
    list.style.top = `${Math.max(8, below ? anchor.bottom + 4 : anchor.top - box.height - 4)}px`
    list.style.left = `${Math.max(8, Math.min(innerWidth - box.width - 8, anchor.right - box.width))}px`
  }
  return h("span", { class: "menu-holder" }, button, list)
}
