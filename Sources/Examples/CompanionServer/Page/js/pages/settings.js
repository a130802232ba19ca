// Who you are to the characters, what they may do and know, what is used, where you are signed in, and the way out.

import { download, forgetSession, get, open, post, remove } from "../api.js"
import { field, h, icon, select } from "../dom.js"
import { ago, day, number } from "../format.js"
import { dialog } from "../parts/dialog.js"
import { heading } from "../parts/frame.js"
import { meters } from "../parts/meter.js"
import { busy, complain, toast } from "../parts/toast.js"
import { clearOutbox } from "../outbox.js"
import { changeMe, me, signOut, usage } from "../person.js"
import { refreshPage } from "../router.js"
import { t } from "../strings.js"
import { chooseTheme, chosenTheme } from "../theme.js"

export async function show({ signal }) {
  const [used, plan, sessions] = await Promise.all([usage(), tiers(), get("/v1/sessions", { signal })])
  return {
    title: t("nav.settings"),
    content: [heading(t("nav.settings"), h("button", { type: "button", onclick: leave }, icon("out"), t("signOut"))),
      h("div", { class: "stack sections" }, person(), look(), content(), memory(), used && limits(used, plan), sessionList(sessions.items), data())],
  }
}

const tiers = () => open.get("/v1/plan").then(({ items }) => items).catch((problem) => {
  if (problem.status === 501) return []
  throw problem
})

function section(key, ...content) {
  return h("section", { class: "card stack", "aria-labelledby": `s-${key}` }, h("h2", { id: `s-${key}` }, t(`settings.${key}`)), content)
}

/** A form that saves what it holds. */
function saving(fields, values) {
  const button = h("button", { type: "submit", class: "primary" }, t("save"))
  return h("form", {
    class: "stack", onsubmit: (event) => {
      event.preventDefault()
      busy(button, async () => { await changeMe(values()); toast(t("saved")) })
    },
  }, fields, h("div", { class: "row end" }, button))
}

function person() {
  const name = h("input", { value: me.name, required: true, maxlength: 80, autocomplete: "given-name" })
  const persona = h("textarea", { rows: 4, value: me.persona ?? "", maxlength: 4_000 })
  return section("you", me.email && h("p", { class: "muted" }, me.email),
    saving([field(t("name"), name), field(t("settings.persona"), persona, t("settings.personaHint"))], () => ({ name: name.value.trim(), persona: persona.value })))
}

function look() {
  const theme = select(["system", "light", "dark"].map((key) => [key, t(`theme.${key}`)]), chosenTheme(), { onchange: (event) => chooseTheme(event.target.value) })
  return section("look", field(t("settings.theme"), theme))
}

function content() {
  const { preferences } = me
  const age = select(["child", "teen", "adult"].map((key) => [key, t(`age.${key}`)]), preferences.ageBand, {})
  const rating = select(["general", "teen", "mature"].map((key) => [key, t(`rating.${key}`)]), preferences.highestRating, {})
  const country = h("input", { value: preferences.country ?? "", maxlength: 2, size: 4, pattern: "[A-Za-z]{2}", autocomplete: "country" })
  const zone = select(zones(preferences.timeZone).map((name) => [name, name]), preferences.timeZone ?? "", {})
  return section("content", saving([field(t("age.label"), age, t("age.hint")), field(t("settings.rating"), rating),
    field(t("settings.country"), country, t("settings.countryHint")), field(t("settings.zone"), zone)],
  () => ({ preferences: { ageBand: age.value, highestRating: rating.value, country: country.value.toUpperCase() || null, timeZone: zone.value || null } })))
}

function zones(chosen) {
  const names = Intl.supportedValuesOf?.("timeZone") ?? [Intl.DateTimeFormat().resolvedOptions().timeZone]
  return [...new Set([chosen ?? "", "UTC", ...names])]
}

function memory() {
  const box = h("input", {
    type: "checkbox", role: "switch", checked: me.preferences.isMemoryEnabled,
    onchange: async () => {
      try {
        await changeMe({ preferences: { isMemoryEnabled: box.checked } })
        toast(t("saved"))
      } catch (problem) {
        box.checked = !box.checked
        complain(problem)
      }
    },
  })
  return section("memory", h("label", { class: "check" }, box, t("settings.memoryOn")), h("p", { class: "hint" }, t("settings.memoryHint")), h("p", null, h("a", { href: "/memories" }, t("settings.memoryBook"))))
}

function limits(used, plan) {
  const limit = (value) => value == null ? t("plan.unlimited") : number(value)
  const rows = ["messagesPerDay", "tokensPerMonth", "characters", "memories"]
  return section("plan", h("p", null, h("span", { class: "chip" }, used.tier.title), " ", t.maybe(`plan.${used.status}`) ?? ""), meters(used),
    used.messagesToday.resetsAt && h("p", { class: "small muted" }, t("plan.resets", { time: day(used.messagesToday.resetsAt) })),
    plan.length > 1 && h("details", null, h("summary", null, t("plan.compare")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("plan.compare") },
      h("table", null, h("thead", null, h("tr", null, h("td"), plan.map((tier) => h("th", { scope: "col" }, tier.title)))),
        h("tbody", null, rows.map((row) => h("tr", null, h("th", { scope: "row" }, t(`plan.${row}`)), plan.map((tier) => h("td", null, limit(tier.limits[row])))))))))) 
}

function sessionList(sessions) {
  return section("sessions", h("ul", { class: "rows" }, sessions.map((session) => h("li", { class: "row spread" },
    h("span", null, device(session.device), " ", session.isCurrent && h("span", { class: "chip" }, t("sessions.current")), h("br"), h("span", { class: "small muted" }, t("sessions.used", { ago: ago(session.usedAt), until: day(session.expiresAt) }))),
    !session.isCurrent && h("button", { type: "button", class: "quiet", "aria-label": t("sessions.endNamed", { name: device(session.device) }), onclick: (event) => busy(event.currentTarget, () => remove(`/v1/sessions/${session.id}`).then(refreshPage)) }, t("sessions.end"))))),
  h("div", { class: "row" },
    sessions.length > 1 && h("button", { type: "button", onclick: (event) => busy(event.currentTarget, () => remove("/v1/sessions").then(refreshPage)) }, t("sessions.endOthers")),
    h("button", { type: "button", onclick: makeKey }, icon("plus"), t("keys.make"))))
}

/** Browser and system out of what the browser says of itself; other names as they are. */
function device(text) {
  if (!text.startsWith("Mozilla/")) return text || t("sessions.unknown")
  const browser = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([mark]) => text.includes(mark))?.[1]
  const system = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]].find(([mark]) => text.includes(mark))?.[1]
  return [browser, system].filter(Boolean).join(" · ") || t("sessions.unknown")
}

async function makeKey() {
  await dialog(t("keys.make"), (close) => {
    const name = h("input", { required: true, maxlength: 100 })
    const days = h("input", { type: "number", min: 1, max: 366, value: "90", required: true })
    const button = h("button", { type: "submit", class: "primary" }, t("keys.action"))
    const form = h("form", {
      class: "stack", onsubmit: (event) => {
        event.preventDefault()
        busy(button, async () => {
          const { key } = await post("/v1/keys", { name: name.value.trim(), days: Number(days.value) })
          form.replaceChildren(h("p", null, t("keys.once")), h("output", { class: "key" }, key),
            h("div", { class: "row end" }, h("button", { type: "button", onclick: () => navigator.clipboard.writeText(key).then(() => toast(t("copied"))).catch(complain) }, icon("copy"), t("copy")),
              h("button", { type: "button", class: "primary", onclick: () => { close(); refreshPage() } }, t("close"))))
        })
      },
    }, h("p", { class: "muted" }, t("keys.text", { address: `${location.origin}/v1` })), field(t("keys.name"), name), field(t("keys.days"), days),
    h("div", { class: "row end" }, h("button", { type: "button", class: "quiet", onclick: () => close() }, t("cancel")), button))
    return form
  })
}

function data() {
  return section("data", h("p", { class: "muted" }, t("settings.dataText")), h("div", { class: "row" },
    h("button", { type: "button", onclick: (event) => busy(event.currentTarget, () => download("/v1/me/export")) }, icon("download"), t("settings.export")),
    h("button", { type: "button", class: "danger", onclick: erase }, icon("trash"), t("settings.erase"))))
}

async function erase() {
  const erasure = await dialog(t("settings.eraseTitle"), (close) => {
    const word = h("input", { autocomplete: "off", required: true })
    const button = h("button", { type: "submit", class: "danger" }, t("settings.erase"))
    return h("form", {
      class: "stack", onsubmit: (event) => {
        event.preventDefault()
        if (word.value.trim().toLowerCase() !== t("settings.eraseWord").toLowerCase()) { word.focus(); return }
        busy(button, async () => close(await remove("/v1/me?confirm=true")))
      },
    }, h("p", null, t("settings.eraseText")), field(t("settings.eraseConfirm", { word: t("settings.eraseWord") }), word),
    h("div", { class: "row end" }, h("button", { type: "button", class: "quiet", onclick: () => close() }, t("cancel")), button))
  })
  if (!erasure) return
  clearOutbox()
  forgetSession()
  await dialog(t("settings.erasedTitle"), (close) => [h("p", null, t("settings.erasedText")), h("output", { class: "key" }, erasure.id),
    h("div", { class: "row end" }, h("button", { type: "button", class: "primary", onclick: () => close() }, t("close")))])
}

async function leave(event) {
  await busy(event.currentTarget, async () => { clearOutbox(); await signOut() })
}
