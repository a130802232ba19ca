// Characters that people show to each other: search, order, pictures.

import { post } from "../api.js"
import { tell } from "../channel.js"
import { h, icon, select } from "../dom.js"
import { shortNumber } from "../format.js"
import { empty, heading } from "../parts/frame.js"
import { pages } from "../parts/list.js"
import { portrait } from "../parts/portrait.js"
import { stars } from "../parts/stars.js"
import { busy, complain } from "../parts/toast.js"
import { go } from "../router.js"
import { t } from "../strings.js"

export async function show({ query, signal }) {
  const search = h("input", { type: "search", name: "q", "aria-label": t("catalog.search"), placeholder: t("catalog.placeholder"), value: query.get("q") ?? "" })
  const order = select([["mostUsed", t("order.mostUsed")], ["best", t("order.best")], ["newest", t("order.newest")]], query.get("order") ?? "mostUsed", { name: "order", "aria-label": t("catalog.order") })
  const results = h("div", { class: "results", role: "region", "aria-label": t("catalog.results"), "aria-live": "polite" })
  let running = new AbortController()
  async function find() {
    running.abort()
    const mine = running = new AbortController()
    signal.addEventListener("abort", () => mine.abort())
    const words = new URLSearchParams({ q: search.value.trim(), order: order.value })
    history.replaceState(null, "", words.get("q") || order.value !== "mostUsed" ? `/catalog?${words}` : "/catalog")
    const list = h("ul", { class: "grid" })
    const count = await pages(list, `/v1/catalog?${words}`, (entry) => h("li", null, entryCard(entry)), mine.signal)
    if (mine.signal.aborted) return
    results.replaceChildren(count ? list : nothing(words.get("q")))
  }
  let typing
  search.addEventListener("input", () => {
    clearTimeout(typing)
    typing = setTimeout(() => find().catch(complain), 250)
  })
  order.addEventListener("change", () => find().catch(complain))
  await find()
  return {
    title: t("nav.catalog"), kind: "wide",
    content: [heading(t("nav.catalog"), h("a", { class: "button", href: "/characters/new" }, icon("plus"), t("characters.new"))),
      h("form", { class: "search", role: "search", onsubmit: (event) => { event.preventDefault(); find().catch(complain) } },
        h("span", { class: "search-field" }, icon("search"), search), order), results],
  }
}

function nothing(words) {
  return words ? empty("search", t("catalog.nothing"), t("catalog.nothingText"))
    : empty("discover", t("catalog.empty"), t("catalog.emptyText"), h("a", { class: "button primary", href: "/characters/new" }, t("characters.new")))
}

export function entryCard(entry) {
  return characterCard(entry.character, {
    href: `/catalog/${entry.id}`,
    foot: h("span", { class: "row spread small" }, stars(entry.stars, entry.ratingCount), h("span", { class: "muted" }, t("catalog.uses", { count: entry.uses, shown: shortNumber(entry.uses) }))),
  })
}

/** A character as a card: a link, or a button. */
export function characterCard(character, { href, onclick, foot }) {
  return h(href ? "a" : "button", { class: "character-card", href, type: href ? null : "button", onclick },
    portrait(character.image, character.name, { class: "large" }),
    h("span", { class: "character-words" }, h("strong", null, character.name), h("span", { class: "muted clamp" }, character.tagline), foot))
}

/** Begins a chat with a character of one's own, or of an entry, of which one keeps a copy. */
export function meet(button, { entry, character }) {
  return busy(button, async () => {
    const id = character ?? (await post(`/v1/catalog/${entry}/adopt`)).character.id
    const { chat } = await post("/v1/chats", { character: id })
    tell({ type: "chats" })
    await go(`/chats/${chat.id}`)
  })
}
