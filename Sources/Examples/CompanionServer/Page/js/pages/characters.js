// The person's own characters: to talk to, to change, to bring in from files.

import { all, post, remove, download } from "../api.js"
import { hear, tell } from "../channel.js"
import { h, icon } from "../dom.js"
import { confirm } from "../parts/dialog.js"
import { dropZone } from "../parts/drop.js"
import { empty, heading } from "../parts/frame.js"
import { menu } from "../parts/menu.js"
import { portrait } from "../parts/portrait.js"
import { complain, toast } from "../parts/toast.js"
import { go, refreshPage } from "../router.js"
import { t } from "../strings.js"
import { meet } from "./catalog.js"

export async function show({ signal }) {
  const [characters, published] = await Promise.all([all("/v1/characters", { signal }), all("/v1/catalog/mine", { signal })])
  hear(signal, ({ type }) => { if (type === "characters") refreshPage() })
  return {
    title: t("nav.characters"), kind: "wide",
    content: [
      heading(t("nav.characters"), h("a", { class: "button primary", href: "/characters/new" }, icon("plus"), t("characters.new"))),
      dropZone(t("characters.drop"), importCard),
      characters.length ? h("ul", { class: "grid own" }, characters.map((character) => h("li", null, item(character))))
        : empty("people", t("characters.none"), t("characters.noneText"), h("a", { class: "button primary", href: "/catalog" }, t("home.find"))),
      published.length > 0 && h("section", null, h("h2", null, t("characters.published")),
        h("ul", { class: "rows" }, published.map(publishedItem))),
    ],
  }
}

function item(character) {
  return h("article", { class: "character-card" },
    portrait(character.image, character.name, { class: "large" }),
    h("div", { class: "character-words" }, h("strong", null, character.name), h("span", { class: "muted clamp" }, character.tagline),
      h("div", { class: "row spread" },
        h("button", { type: "button", class: "primary", "aria-label": t("characters.talkTo", { name: character.name }), onclick: (event) => meet(event.currentTarget, { character: character.id }) }, icon("chat"), t("characters.talk")),
        menu(t("characters.actions", { name: character.name }), [
          ["edit", t("edit"), () => go(`/characters/${character.id}`)],
          ["download", t("card.exportPNG"), () => download(`/v1/characters/${character.id}/card?as=png`).catch(complain)],
          ["download", t("card.exportJSON"), () => download(`/v1/characters/${character.id}/card?as=v3`).catch(complain)],
          ["trash", t("delete"), () => erase(character), true],
        ]))))
}

async function erase(character) {
  if (!await confirm(t("characters.deleteTitle", { name: character.name }), t("characters.deleteText"), t("delete"))) return
  try {
    await remove(`/v1/characters/${character.id}`)
    tell({ type: "characters" })
    await refreshPage()
  } catch (problem) { complain(problem) }
}

async function importCard(file) {
  const { character, warnings } = await post("/v1/characters", file, { type: cardType(file) })
  tell({ type: "characters" })
  if (warnings.length) sessionStorage.setItem(`companion.warnings.${character.id}`, JSON.stringify(warnings))
  toast(t("characters.imported", { name: character.name }))
  await go(`/characters/${character.id}`)
}

/** The type by the file's name, because browsers know little of cards. */
export function cardType(file) {
  const ending = file.name.split(".").at(-1).toLowerCase()
  return { png: "image/png", json: "application/json", charx: "application/zip" }[ending] ?? "application/octet-stream"
}

function publishedItem(entry) {
  return h("li", { class: "row spread" },
    h("span", null, h("a", { href: `/catalog/${entry.id}` }, entry.character.name), " ",
      h("span", { class: "chip" }, t(`visibility.${entry.visibility}`)), entry.status && h("span", { class: "chip" }, t.maybe(`status.${entry.status}`) ?? entry.status),
      entry.reasons?.length > 0 && h("span", { class: "muted small" }, ` ${entry.reasons.join(" · ")}`)),
    h("button", {
      type: "button", class: "quiet", onclick: async () => {
        if (!await confirm(t("publish.withdrawTitle"), t("publish.withdrawText"), t("publish.withdraw"))) return
        await remove(`/v1/catalog/${entry.id}`).then(refreshPage).catch(complain)
      },
    }, t("publish.withdraw")))
}
