// Chats to go on with, and what is left of today.

import { patch, remove } from "../api.js"
import { hear, tell } from "../channel.js"
import { h, icon } from "../dom.js"
import { ago } from "../format.js"
import { askText, confirm } from "../parts/dialog.js"
import { empty, heading } from "../parts/frame.js"
import { pages } from "../parts/list.js"
import { menu } from "../parts/menu.js"
import { meters } from "../parts/meter.js"
import { portrait } from "../parts/portrait.js"
import { complain, toast } from "../parts/toast.js"
import { me, usage } from "../person.js"
import { refreshPage } from "../router.js"
import { t } from "../strings.js"

export async function show({ signal }) {
  const list = h("ul", { class: "chats" })
  const [count, used] = await Promise.all([pages(list, "/v1/chats", chatItem, signal), usage()])
  hear(signal, ({ type }) => { if (type === "chat" || type === "chats") refreshPage() })
  return {
    title: t("nav.home"),
    content: [
      heading(greeting(), h("a", { class: "button primary", href: "/catalog" }, icon("plus"), t("home.new"))),
      h("div", { class: used ? "columns" : null },
        h("section", { "aria-labelledby": "chats-title" }, h("h2", { id: "chats-title" }, t("home.chats")),
          count ? list : empty("chat", t("home.none"), t("home.noneText"), h("a", { class: "button primary", href: "/catalog" }, t("home.find")))),
        used && h("aside", { class: "card stack", "aria-labelledby": "usage-title" },
          h("div", { class: "row spread" }, h("h2", { id: "usage-title" }, t("usage.title")), h("span", { class: "chip" }, used.tier.title)), meters(used))),
    ],
  }
}

function greeting() {
  const hour = new Date().getHours()
  return t(hour < 5 ? "home.night" : hour < 12 ? "home.morning" : hour < 18 ? "home.day" : "home.evening", { name: me.name })
}

function chatItem(chat) {
  const name = chat.characterName ?? t("chat.gone")
  const last = chat.lastMessage
  return h("li", { class: "chat-item" },
    h("a", { href: `/chats/${chat.id}` }, portrait(chat.image, name),
      h("span", { class: "chat-words" },
        h("span", { class: "row spread" }, h("strong", null, chat.title || name), h("time", { class: "muted small", datetime: chat.updatedAt }, ago(chat.updatedAt))),
        chat.title && chat.title !== name && h("span", { class: "small muted" }, name),
        h("span", { class: "muted ellipsis" }, last && last.author === "user" && `${t("chat.you")}: `, last ? plain(last.text) : t("home.empty")))),
    menu(t("chat.actions", { name: chat.title || name }), [
      ["edit", t("chat.rename"), () => rename(chat)], ["trash", t("delete"), () => erase(chat, name), true],
    ]))
}

const plain = (text) => text.replace(/[*_`#>~]+/g, "").slice(0, 200)

async function rename(chat) {
  const title = await askText(t("chat.rename"), t("chat.title"), chat.title, { isLong: false, maximum: 100 })
  if (title === undefined) return
  try {
    await patch(`/v1/chats/${chat.id}`, { title })
    tell({ type: "chats" })
    await refreshPage()
  } catch (problem) { complain(problem) }
}

async function erase(chat, name) {
  if (!await confirm(t("chat.deleteTitle"), t("chat.deleteText", { name }), t("delete"))) return
  try {
    await remove(`/v1/chats/${chat.id}`)
    tell({ type: "chats" })
    toast(t("chat.deleted"))
    await refreshPage()
  } catch (problem) { complain(problem) }
}

