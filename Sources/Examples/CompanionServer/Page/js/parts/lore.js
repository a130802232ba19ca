// The lorebook of a card, simply: words that call an entry, and what is said then. Other settings of an entry stay as they are.

import { field, h, icon, iconButton } from "../dom.js"
import { t } from "../strings.js"

export function loreEditor(data, changed) {
  const list = h("div", { class: "stack" })
  const entries = () => data.character_book?.entries ?? []
  function draw() {
    list.replaceChildren(...entries().map((entry, index) => item(entry, () => {
      entries().splice(index, 1)
      changed()
      draw()
    })))
  }
  function item(entry, remove) {
    const keys = h("input", { value: (entry.keys ?? []).join(", "), oninput: (event) => { entry.keys = event.target.value.split(",").map((key) => key.trim()).filter(Boolean) } })
    const content = h("textarea", { rows: 3, value: entry.content ?? "", oninput: (event) => { entry.content = event.target.value } })
    const always = h("input", { type: "checkbox", checked: entry.constant === true, onchange: (event) => { entry.constant = event.target.checked } })
    return h("fieldset", { class: "card stack" }, h("legend", { class: "visually-hidden" }, t("lore.entry", { name: entry.name || (entry.keys ?? [])[0] || "" })),
      field(t("lore.keys"), keys), field(t("lore.content"), content),
      h("div", { class: "row spread" }, h("label", { class: "check" }, always, t("lore.always")), iconButton("trash", t("lore.remove"), remove)))
  }
  function add() {
    data.character_book ??= { extensions: {}, entries: [] }
    data.character_book.entries ??= []
    const order = entries().reduce((most, entry) => Math.max(most, entry.insertion_order ?? 0), 0)
    data.character_book.entries.push({ keys: [], content: "", extensions: {}, enabled: true, insertion_order: order + 1, use_regex: false })
    changed()
    draw()
    list.lastChild.querySelector("input").focus()
  }
  draw()
  return h("details", { class: "card", open: entries().length > 0 && entries().length < 4 }, h("summary", null, t("lore.title", { count: entries().length })),
    h("p", { class: "hint" }, t("lore.hint")), list,
    h("button", { type: "button", class: "quiet", onclick: add }, icon("plus"), t("lore.add")))
}
