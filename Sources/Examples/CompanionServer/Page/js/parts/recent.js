// The chats used last, at the side of large screens. One list for all pages, so that going from page to page does not fetch it anew.

import { get } from "../api.js"
import { hear } from "../channel.js"
import { h } from "../dom.js"
import { t } from "../strings.js"
import { portrait } from "./portrait.js"

const MOST = 12
const isLarge = matchMedia("(min-width: 800px)")
const list = h("div", { class: "recent", role: "group", "aria-label": t("nav.recent") })
let chats = null
let path = ""

hear(new AbortController().signal, ({ type }) => { if (type === "chats" || type === "chat") update() })

/** The list, with the page of this path marked. */
export function recent(place) {
  path = place
  if (isLarge.matches && !chats?.some(({ id }) => place === "/" || place === `/chats/${id}`)) update()
  else draw()
  return list
}

/** Forgets whose chats they were. */
export function forgetRecent() {
  chats = null
  list.replaceChildren()
}

async function update() {
  if (!isLarge.matches) return
  // What is at the side is worth no complaint: the page itself says what is wrong.
  const page = await get(`/v1/chats?limit=${MOST}`).catch(() => null)
  if (page) chats = page.items
  draw()
}

function draw() {
  list.replaceChildren(...(chats ?? []).map((chat) => {
    const name = chat.title || chat.characterName || t("chat.gone")
    return h("a", { href: `/chats/${chat.id}`, "aria-current": path === `/chats/${chat.id}` ? "page" : null },
      portrait(chat.image, name), h("span", { class: "ellipsis" }, name))
  }))
}
