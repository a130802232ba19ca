// The memory book: what is known about the person, from where, and how to put it right.

import { all, get, patch, post, remove } from "../api.js"
import { hear, tell } from "../channel.js"
import { field, h, icon, select } from "../dom.js"
import { day, moment } from "../format.js"
import { askText, confirm, dialog } from "../parts/dialog.js"
import { empty, heading } from "../parts/frame.js"
import { menu } from "../parts/menu.js"
import { timeline } from "../parts/timeline.js"
import { busy, complain, toast } from "../parts/toast.js"
import { me } from "../person.js"
import { refreshPage } from "../router.js"
import { t } from "../strings.js"

const KINDS = ["fact", "preference", "event", "relationship", "plan"]

export async function show({ query, signal }) {
  const [memories, characters] = await Promise.all([all("/v1/memories?history=true", { signal }), all("/v1/characters", { signal })])
  const state = { memories, characters, query: "", kind: "", character: query.get("character") ?? "", isPast: false }
  hear(signal, ({ type }) => { if (type === "memories") refreshPage() })
  const list = h("ul", { class: "memories", "aria-label": t("memories.list") })
  const count = h("p", { class: "muted small", role: "status" })
  const draw = () => {
    const shown = state.memories.filter((memory) => matches(memory, state)).sort(byWeight)
    count.textContent = t("memories.count", { count: shown.length })
    list.replaceChildren(...shown.map((memory) => item(memory, state)))
  }
  draw()
  return {
    title: t("nav.memories"),
    content: [
      heading(t("nav.memories"), h("button", { type: "button", class: "primary", onclick: () => add(state) }, icon("plus"), t("memories.add"))),
      !me.preferences.isMemoryEnabled && h("p", { class: "card notice" }, t("memories.off"), " ", h("a", { href: "/settings" }, t("nav.settings"))),
      memories.length ? [timeline(memories), filters(state, draw),
        h("div", { class: "row spread" }, count, h("button", { type: "button", class: "quiet small-button", onclick: () => recall(state) }, icon("eye"), t("recall.title"))), list]
        : empty("book", t("memories.none"), t("memories.noneText")),
    ],
  }
}

const byWeight = (one, other) => Number(other.isPinned) - Number(one.isPinned) || other.validAt.localeCompare(one.validAt)

function matches(memory, { query, kind, character, isPast }) {
  return (isPast || !memory.invalidAt) && (!kind || memory.kind === kind) && (!character || !memory.character || memory.character === character)
    && memory.text.toLowerCase().includes(query.toLowerCase())
}

function filters(state, draw) {
  const bind = (element, key) => {
    element.addEventListener("input", () => { state[key] = element.type === "checkbox" ? element.checked : element.value; draw() })
    return element
  }
  return h("div", { class: "search", role: "search" },
    h("span", { class: "search-field" }, icon("search"), bind(h("input", { type: "search", "aria-label": t("memories.search"), placeholder: t("memories.search") }), "query")),
    bind(select([["", t("memories.allKinds")], ...KINDS.map((kind) => [kind, t(`kind.${kind}`)])], "", { "aria-label": t("memories.kind") }), "kind"),
    state.characters.length > 1 && bind(select([["", t("memories.everyone")], ...state.characters.map(({ id, name }) => [id, name])], state.character, { "aria-label": t("memories.who") }), "character"),
    h("label", { class: "check" }, bind(h("input", { type: "checkbox" }), "isPast"), t("memories.past")))
}

function item(memory, state) {
  const owner = memory.character && state.characters.find(({ id }) => id === memory.character)
  return h("li", { class: `memory card ${memory.invalidAt ? "past" : ""}`, id: `memory-${memory.id}` },
    h("div", { class: "row spread top" }, h("p", { class: "memory-text" }, memory.text),
      h("span", { class: "row nowrap" },
        h("button", {
          type: "button", class: "icon-button", "aria-pressed": String(memory.isPinned), "aria-label": t("memories.pin"), title: t("memories.pin"),
          onclick: (event) => busy(event.currentTarget, () => change(memory, { isPinned: !memory.isPinned })),
        }, icon("pin")),
        menu(t("memories.actions"), () => [
          ["edit", t("memories.correct"), () => correct(memory)], ["history", t("memories.history"), () => history(memory)],
          ["trash", t("memories.forget"), () => forget(memory), true],
        ]))),
    h("p", { class: "row small muted" }, h("span", { class: "chip" }, t.maybe(`kind.${memory.kind}`) ?? memory.kind),
      h("span", null, memory.invalidAt ? t("memories.span", { from: day(memory.validAt), to: day(memory.invalidAt) }) : t("memories.since", { date: day(memory.validAt) })),
      owner && h("span", null, t("memories.only", { name: owner.name }))),
    sources(memory))
}

function sources({ sources }) {
  if (!sources.length) return h("p", { class: "small muted" }, t("memories.told"))
  return h("p", { class: "row small" }, h("span", { class: "muted" }, t("memories.from")),
    sources.slice(0, 6).map(({ chat, sequence, saidAt }) => h("a", { href: `/chats/${chat}?message=${sequence}` }, moment(saidAt))))
}

async function changed() {
  tell({ type: "memories" })
  await refreshPage()
}

async function change(memory, change) {
  await patch(`/v1/memories/${memory.id}`, change)
  await changed()
}

async function correct(memory) {
  const text = await askText(t("memories.correct"), t("memories.text"), memory.text, { maximum: 2_000 })
  if (!text || text === memory.text) return
  await change(memory, { text }).then(() => toast(t("memories.corrected"))).catch(complain)
}

async function forget(memory) {
  if (!await confirm(t("memories.forgetTitle"), t("memories.forgetText", { text: memory.text }), t("memories.forget"))) return
  try {
    await remove(`/v1/memories/${memory.id}`)
    toast(t("memories.forgotten"))
    await changed()
  } catch (problem) { complain(problem) }
}

async function history(memory) {
  try {
    const [{ items }, said] = await Promise.all([get(`/v1/memories/${memory.id}/history`), get(`/v1/memories/${memory.id}/sources`)])
    await dialog(t("memories.history"), (close) => [
      h("ol", { class: "history" }, items.map((step) => h("li", { "aria-current": step.id === memory.id ? "true" : null },
        h("p", null, step.text), h("p", { class: "small muted" }, step.invalidAt ? t("memories.span", { from: day(step.validAt), to: day(step.invalidAt) }) : t("memories.since", { date: day(step.validAt) }))))),
      said.items.length > 0 && [h("h3", null, t("memories.saidThen")), said.items.map((message) => h("blockquote", null, message.text))],
      h("div", { class: "row end" }, h("button", { type: "button", class: "primary", onclick: () => close() }, t("close"))),
    ])
  } catch (problem) { complain(problem) }
}

async function add({ characters }) {
  const input = h("textarea", { rows: 3, required: true, maxlength: 2_000 })
  const kind = select(KINDS.map((name) => [name, t(`kind.${name}`)]), "fact", {})
  const who = select([["", t("memories.everyone")], ...characters.map(({ id, name }) => [id, name])], "", {})
  await dialog(t("memories.add"), (close) => {
    const button = h("button", { type: "submit", class: "primary" }, t("memories.remember"))
    return h("form", {
      class: "stack", onsubmit: (event) => {
        event.preventDefault()
        busy(button, async () => {
          await post("/v1/memories", { text: input.value.trim(), kind: kind.value, ...(who.value && { character: who.value }) })
          close()
          await changed()
        })
      },
    }, field(t("memories.text"), input, t("memories.textHint")), field(t("memories.kind"), kind), field(t("memories.who"), who),
    h("div", { class: "row end" }, h("button", { type: "button", class: "quiet", onclick: () => close() }, t("cancel")), button))
  })
}

/** What would come to a character's mind at these words, and how strongly. */
async function recall({ characters, character }) {
  if (!characters.length) return toast(t("characters.none"))
  const words = h("input", { required: true })
  const who = select(characters.map(({ id, name }) => [id, name]), character || characters[0].id, {})
  const found = h("ul", { class: "rows", "aria-live": "polite" })
  await dialog(t("recall.title"), (close) => h("form", {
    class: "stack", onsubmit: async (event) => {
      event.preventDefault()
      try {
        const { items } = await get(`/v1/memories/search?${new URLSearchParams({ q: words.value, character: who.value, limit: "12" })}`)
        found.replaceChildren(...items.length ? items.map((item) => h("li", null, h("p", null, item.text),
          h("p", { class: "small muted" }, `${day(item.date)} · ${t("recall.score", { score: item.score.toFixed(2) })}`))) : [h("li", { class: "muted" }, t("recall.nothing"))])
      } catch (problem) { complain(problem) }
    },
  }, h("p", { class: "muted" }, t("recall.text")), field(t("memories.who"), who), field(t("recall.words"), words), found,
  h("div", { class: "row end" }, h("button", { type: "button", class: "quiet", onclick: () => close() }, t("close")), h("button", { type: "submit", class: "primary" }, t("recall.ask")))))
}
