// One character of the catalog.

import { get, post, put } from "../api.js"
import { h, icon } from "../dom.js"
import { heading } from "../parts/frame.js"
import { portrait } from "../parts/portrait.js"
import { stars, starsInput } from "../parts/stars.js"
import { busy, complain, toast } from "../parts/toast.js"
import { t } from "../strings.js"
import { meet } from "./catalog.js"

export async function show({ params, signal }) {
  const entry = await get(`/v1/catalog/${params.id}`, { signal })
  const { character } = entry
  const adopt = h("button", {
    type: "button", onclick: (event) => busy(event.currentTarget, async () => {
      await post(`/v1/catalog/${entry.id}/adopt`)
      toast(t("catalog.adopted", { name: character.name }))
    }),
  }, icon("plus"), t("catalog.adopt"))
  return {
    title: character.name, kind: "wide",
    content: h("article", { class: "entry" },
      portrait(character.image, character.name, { class: "poster" }),
      h("div", { class: "stack" },
        heading(character.name),
        h("p", { class: "row" }, stars(entry.stars, entry.ratingCount), h("span", { class: "chip" }, t(`rating.${entry.rating}`)),
          character.creator && h("span", { class: "muted" }, t("catalog.by", { name: character.creator }))),
        h("p", { class: "lead" }, character.tagline),
        h("div", { class: "row" },
          h("button", { type: "button", class: "primary", onclick: (event) => meet(event.currentTarget, { entry: entry.id }) }, icon("chat"), t("catalog.talk")), adopt),
        character.tags.length > 0 && h("ul", { class: "tags", "aria-label": t("card.tags") }, character.tags.map((tag) =>
          h("li", null, h("a", { class: "chip", href: `/catalog?q=${encodeURIComponent(`#${tag}`)}` }, tag)))),
        character.description && h("details", { class: "card" }, h("summary", null, t("catalog.description")), h("p", { class: "pre" }, filled(character.description, character.name))),
        !entry.isMine && starsInput(entry.myStars, (value) => put(`/v1/catalog/${entry.id}/stars`, { stars: value })
          .then(() => toast(t("catalog.rated"))).catch(complain)))),
  }
}

/** Cards write {{char}} for the name, and {{user}} for whoever reads. */
const filled = (text, name) => text.replace(/\{\{char\}\}/gi, name).replace(/\{\{user\}\}/gi, t("chat.you"))
