// The first minutes: what this is, who you are, whom you want to meet.

import { get } from "../api.js"
import { field, h, icon, select } from "../dom.js"
import { form } from "../parts/entrance.js"
import { changeMe, me } from "../person.js"
import { go } from "../router.js"
import { t } from "../strings.js"
import { characterCard, meet } from "./catalog.js"

export async function show({ query, signal }) {
  const step = query.get("step") ?? "1"
  const content = h("div", { class: "welcome" }, progress(Number(step)),
    step === "2" ? aboutYou() : step === "3" ? await choice(signal) : whatThisIs())
  return { title: t(`welcome.title${step}`), isBare: true, kind: "full", content }
}

function progress(step) {
  return h("p", { class: "muted steps" }, t("welcome.step", { step, of: 3 }))
}

function whatThisIs() {
  const points = [["info", "ai"], ["book", "memory"], ["heart", "care"], ["shield", "yours"]]
  return [h("h1", { tabindex: "-1" }, t("welcome.title1")), h("p", { class: "lead" }, t("welcome.lead")),
    h("ul", { class: "points" }, points.map(([symbol, key]) =>
      h("li", null, icon(symbol), h("div", null, h("strong", null, t(`welcome.${key}`)), h("p", { class: "muted" }, t(`welcome.${key}Text`)))))),
    h("a", { class: "button primary wide", href: "/welcome?step=2" }, t("welcome.understood"))]
}

function aboutYou() {
  const bands = [["", t("age.choose")], ["child", t("age.child")], ["teen", t("age.teen")], ["adult", t("age.adult")]]
  const known = me.preferences.ageBand === "unknown" ? "" : me.preferences.ageBand
  return [h("h1", { tabindex: "-1" }, t("welcome.title2")),
    form(t("next"), [
      field(t("welcome.name"), h("input", { name: "name", required: true, maxlength: "80", autocomplete: "given-name", value: me.name })),
      field(t("age.label"), select(bands, known, { name: "ageBand", required: true }), t("age.hint")),
    ], async ({ name, ageBand }) => {
      await changeMe({ name, preferences: { ageBand, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, locale: navigator.language } })
      await go("/welcome?step=3")
    })]
}

async function choice(signal) {
  const [catalog, own] = await Promise.all([get("/v1/catalog?order=mostUsed&limit=12", { signal }), get("/v1/characters?limit=12", { signal })])
  const entries = catalog.items.filter((entry) => !entry.isMine)
  return [h("h1", { tabindex: "-1" }, t("welcome.title3")),
    h("p", { class: "lead" }, entries.length || own.items.length ? t("welcome.choose") : t("welcome.none")),
    h("ul", { class: "grid" },
      own.items.map((character) => h("li", null, characterCard(character, { onclick: (event) => meet(event.currentTarget, { character: character.id }) }))),
      entries.map((entry) => h("li", null, characterCard(entry.character, { onclick: (event) => meet(event.currentTarget, { entry: entry.id }) })))),
    h("div", { class: "row" }, h("a", { class: "button", href: "/characters/new" }, icon("plus"), t("characters.new")),
      h("a", { class: "button quiet", href: "/" }, t("welcome.later")))]
}

