// Makes and changes a character: the fields of a card, its lore, its picture, its files, its place in the catalog. What the
// editor does not show of a card stays as it is.

import { download, get, post, put, remove } from "../api.js"
import { tell } from "../channel.js"
import { field, h, icon, iconButton, select } from "../dom.js"
import { confirm, dialog } from "../parts/dialog.js"
import { dropZone } from "../parts/drop.js"
import { heading } from "../parts/frame.js"
import { loreEditor } from "../parts/lore.js"
import { menu } from "../parts/menu.js"
import { portrait } from "../parts/portrait.js"
import { busy, complain, toast } from "../parts/toast.js"
import { go, guardLeaving } from "../router.js"
import { t } from "../strings.js"
import { cardType } from "./characters.js"
import { meet } from "./catalog.js"

const newCard = () => ({
  spec: "chara_card_v3", spec_version: "3.0",
  data: {
    name: "", description: "", personality: "", scenario: "", first_mes: "", mes_example: "", creator_notes: "", system_prompt: "",
    post_history_instructions: "", alternate_greetings: [], group_only_greetings: [], tags: [], creator: "", character_version: "", extensions: {},
  },
})

export async function show({ params, signal }) {
  const character = params.id ? await get(`/v1/characters/${params.id}`, { signal }) : null
  const card = character?.card ?? newCard()
  const state = { character, card, data: card.data, tag: character?.tag, isDirty: false }
  const warningsKey = `companion.warnings.${params.id}`
  const warnings = JSON.parse(sessionStorage.getItem(warningsKey) ?? "[]")
  sessionStorage.removeItem(warningsKey)

  const save = h("button", { type: "submit", class: "primary" }, t("save"))
  const form = h("form", { class: "editor stack", oninput: () => { state.isDirty = true } },
    warnings.length > 0 && notes(warnings), fields(state), h("div", { class: "row end sticky" }, save))
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(save, () => keep(state)) })
  guardLeaving(signal, { isClean: () => !state.isDirty, ask: () => confirm(t("editor.leaveTitle"), t("editor.leaveText"), t("editor.leave")) })
  return {
    title: character?.name ?? t("characters.new"), kind: "wide",
    content: [heading(character?.name ?? t("characters.new"), ...actions(state)),
      h("div", { class: "editor-columns" }, picture(state), form)],
  }
}

function notes(warnings) {
  return h("section", { class: "card notice", role: "status" }, h("h2", null, t("editor.warnings")), h("ul", null, warnings.map((text) => h("li", null, text))))
}

function fields(state) {
  const { data } = state
  const text = (key, label, hint, rows = 4) => field(label,
    h(rows ? "textarea" : "input", { rows: rows || null, value: data[key] ?? "", oninput: (event) => { data[key] = event.target.value } }), hint)
  const name = h("input", { value: data.name, required: true, maxlength: "200", oninput: (event) => { data.name = event.target.value } })
  const tags = h("input", {
    value: (data.tags ?? []).join(", "),
    oninput: (event) => { data.tags = event.target.value.split(",").map((tag) => tag.trim()).filter(Boolean) },
  })
  return [
    field(t("card.name"), name),
    text("creator_notes", t("card.notes"), t("card.notesHint"), 2),
    text("description", t("card.description"), t("card.descriptionHint"), 8),
    text("personality", t("card.personality"), t("card.personalityHint"), 3),
    text("scenario", t("card.scenario"), t("card.scenarioHint"), 3),
    text("first_mes", t("card.greeting"), t("card.greetingHint"), 5),
    greetings(state),
    text("mes_example", t("card.examples"), t("card.examplesHint"), 6),
    field(t("card.tags"), tags, t("card.tagsHint")),
    loreEditor(data, () => { state.isDirty = true }),
    h("details", { class: "card" }, h("summary", null, t("card.more")), h("div", { class: "stack" },
      text("system_prompt", t("card.system"), t("card.systemHint"), 3),
      text("post_history_instructions", t("card.after"), t("card.afterHint"), 3),
      text("creator", t("card.creator"), null, 0), text("character_version", t("card.version"), null, 0))),
  ]
}

function greetings(state) {
  const list = h("div", { class: "stack" })
  const data = state.data
  data.alternate_greetings ??= []
  function draw() {
    list.replaceChildren(...data.alternate_greetings.map((text, index) => h("div", { class: "row top" },
      h("textarea", { rows: 3, class: "grow", value: text, "aria-label": t("card.greetingNumber", { number: index + 2 }), oninput: (event) => { data.alternate_greetings[index] = event.target.value } }),
      iconButton("trash", t("card.removeGreeting", { number: index + 2 }), () => { data.alternate_greetings.splice(index, 1); state.isDirty = true; draw() }))))
  }
  draw()
  return h("fieldset", { class: "stack" }, h("legend", null, t("card.alternates")), list,
    h("div", null, h("button", { type: "button", class: "quiet", onclick: () => { data.alternate_greetings.push(""); draw(); list.lastChild.querySelector("textarea").focus() } }, icon("plus"), t("card.addGreeting"))))
}

async function keep(state) {
  state.data.alternate_greetings = state.data.alternate_greetings.filter((text) => text.trim())
  if (!state.character) {
    const { character } = await post("/v1/characters", state.card)
    state.isDirty = false
    if (state.newPicture) await put(`/v1/characters/${character.id}/image`, state.newPicture, { type: state.newPicture.type })
    tell({ type: "characters" })
    toast(t("saved"))
    return go(`/characters/${character.id}`, { replace: true })
  }
  let answer
  try {
    answer = await put(`/v1/characters/${state.character.id}`, state.card, { headers: state.tag ? { "If-Match": state.tag } : {} })
  } catch (problem) {
    if (problem.status !== 412) throw problem
    if (!await confirm(t("editor.conflictTitle"), t("editor.conflictText"), t("editor.overwrite"))) return undefined
    answer = await put(`/v1/characters/${state.character.id}`, state.card)
  }
  state.tag = answer.tag
  state.isDirty = false
  tell({ type: "characters" })
  toast(t("saved"))
}

function picture(state) {
  const box = h("div", { class: "stack picture" })
  const draw = (image) => box.replaceChildren(...[
    portrait(image, state.data.name || "?", { class: "poster" }),
    dropZone(t("editor.picture"), take, { accept: "image/png,image/jpeg,image/webp,image/gif" }),
    image && h("button", { type: "button", class: "quiet", onclick: (event) => busy(event.currentTarget, async () => changed(await remove(`/v1/characters/${state.character.id}/image`))) }, t("editor.removePicture")),
  ].filter(Boolean))
  function changed(character) {
    // A picture makes a new revision, which the next save must name.
    state.tag = undefined
    get(`/v1/characters/${character.id}`).then((fresh) => { state.tag = fresh.tag }).catch(() => {})
    tell({ type: "characters" })
    draw(character.image)
  }
  async function take(file) {
    if (state.character) return changed(await put(`/v1/characters/${state.character.id}/image`, file, { type: file.type }))
    state.newPicture = file
    state.isDirty = true
    const address = URL.createObjectURL(file)
    box.querySelector(".portrait").append(h("img", { src: address, alt: "" }))
  }
  draw(state.character?.image)
  return box
}

function actions(state) {
  const { character } = state
  if (!character) return [importButton()]
  return [
    h("button", { type: "button", onclick: (event) => meet(event.currentTarget, { character: character.id }) }, icon("chat"), t("characters.talk")),
    h("button", { type: "button", onclick: () => publish(character) }, icon("upload"), t("publish.action")),
    menu(t("editor.export"), ["png", "charx", "v3", "v2"].map((format) =>
      ["download", t(`export.${format}`), () => download(`/v1/characters/${character.id}/card?as=${format}`).catch(complain)]), { name: "download" }),
  ]
}

function importButton() {
  return dropZone(t("editor.import"), async (file) => {
    const { character, warnings } = await post("/v1/characters", file, { type: cardType(file) })
    if (warnings.length) sessionStorage.setItem(`companion.warnings.${character.id}`, JSON.stringify(warnings))
    tell({ type: "characters" })
    await go(`/characters/${character.id}`, { replace: true })
  })
}

function publish(character) {
  return dialog(t("publish.title", { name: character.name }), (close) => {
    const visibility = select([["listed", t("visibility.listed")], ["unlisted", t("visibility.unlisted")]], "listed", {})
    const rating = select(["general", "teen", "mature"].map((name) => [name, t(`rating.${name}`)]), "general", {})
    const button = h("button", { type: "submit", class: "primary" }, t("publish.action"))
    return h("form", {
      class: "stack", onsubmit: (event) => {
        event.preventDefault()
        busy(button, async () => {
          const { entry } = await post("/v1/catalog", { character: character.id, visibility: visibility.value, rating: rating.value })
          close()
          toast(entry.status && entry.status !== "approved" ? t("publish.waits") : t("publish.done"))
        })
      },
    }, h("p", null, t("publish.text")), field(t("publish.visibility"), visibility, t("publish.visibilityHint")), field(t("publish.rating"), rating),
    h("div", { class: "row end" }, h("button", { type: "button", class: "quiet", onclick: () => close() }, t("cancel")), button))
  })
}
