// For moderators: what waits for review, and what was decided.

import { get, post } from "../api.js"
import { h, select } from "../dom.js"
import { moment, number } from "../format.js"
import { askText } from "../parts/dialog.js"
import { empty, heading } from "../parts/frame.js"
import { portrait } from "../parts/portrait.js"
import { busy, complain, toast } from "../parts/toast.js"
import { refreshPage } from "../router.js"
import { t } from "../strings.js"

export async function show({ signal }) {
  const [queue, records, counters] = await Promise.all([
    get("/v1/moderation/queue?limit=100", { signal }), get("/v1/moderation/records?limit=30", { signal }), get("/v1/moderation/counters", { signal })])
  return {
    title: t("nav.review"),
    content: [heading(t("nav.review")),
      queue.items.length ? h("ul", { class: "stack plain" }, queue.items.map(item)) : empty("shield", t("review.none"), t("review.noneText")),
      h("section", null, h("h2", null, t("review.records")), h("ul", { class: "rows" }, records.items.map((record) => h("li", { class: "row spread" },
        h("span", null, h("span", { class: "chip" }, record.action), " ", record.origin, " ", record.reasons.map((reason) => reason.category).join(", ")),
        h("time", { class: "small muted", datetime: record.createdAt }, moment(record.createdAt)))))),
      h("section", null, h("h2", null, t("review.counters")), h("div", { class: "scroll" }, years(counters.years)))],
  }
}

function years(years) {
  const columns = ["crisisReferrals", "disclosures", "blockedMessages", "blockedReplies"]
  return h("table", null, h("thead", null, h("tr", null, h("th", { scope: "col" }, t("review.year")), columns.map((name) => h("th", { scope: "col" }, t(`review.${name}`))))),
    h("tbody", null, Object.entries(years).map(([year, counts]) => h("tr", null, h("th", { scope: "row" }, year), columns.map((name) => h("td", null, number(counts[name])))))))
}

function item(entry) {
  const { character } = entry
  const rating = select(["general", "teen", "mature"].map((name) => [name, t(`rating.${name}`)]), entry.rating, { "aria-label": t("publish.rating") })
  return h("li", { class: "card stack" },
    h("div", { class: "row" }, portrait(character.image, character.name), h("h2", null, character.name), h("span", { class: "chip" }, t(`rating.${entry.rating}`))),
    entry.reasons?.length > 0 && h("p", { class: "problem" }, entry.reasons.join(" · ")),
    h("p", { class: "pre" }, character.description),
    entry.card && h("details", null, h("summary", null, t("review.card")), h("pre", { tabindex: "0" }, JSON.stringify(entry.card, null, 2))),
    h("div", { class: "row end" }, rating,
      h("button", { type: "button", class: "danger", onclick: () => refuse(entry) }, t("review.refuse")),
      h("button", {
        type: "button", class: "primary", onclick: (event) => busy(event.currentTarget, async () => {
          await post(`/v1/moderation/queue/${entry.id}/approve`, { revision: entry.revision, rating: rating.value })
          toast(t("review.approved", { name: character.name }))
          await refreshPage()
        }),
      }, t("review.approve"))))
}

async function refuse(entry) {
  const reason = await askText(t("review.refuse"), t("review.reason"), "", { action: t("review.refuse"), isLong: false, maximum: 500 })
  if (!reason) return
  await post(`/v1/moderation/queue/${entry.id}/refuse`, { reason }).then(refreshPage).catch(complain)
}
