// How much is used of what one may.

import { h } from "../dom.js"
import { number, shortNumber } from "../format.js"
import { t } from "../strings.js"

/** A bar with its numbers; without a limit only the number. */
export function meter(label, { used, limit }) {
  const said = limit == null ? number(used) : t("usage.of", { used: shortNumber(used), limit: shortNumber(limit) })
  if (limit == null) return h("div", { class: "meter" }, h("div", { class: "meter-head" }, h("span", null, label), h("span", { class: "muted" }, said)))
  const share = limit === 0 ? 1 : Math.min(1, used / limit)
  const fill = h("span")
  fill.style.inlineSize = `${share * 100}%`
  return h("div", { class: share >= 0.9 ? "meter full" : "meter" },
    h("div", { class: "meter-head" }, h("span", null, label), h("span", { class: "muted" }, said)),
    h("div", {
      class: "bar", role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": String(limit),
      "aria-valuenow": String(Math.min(used, limit)), "aria-valuetext": said,
    }, fill))
}

export function meters(usage) {
  return [
    meter(t("usage.messages"), usage.messagesToday), meter(t("usage.tokens"), usage.tokensThisMonth),
    meter(t("usage.characters"), usage.characters), meter(t("usage.memories"), usage.memories),
  ]
}
