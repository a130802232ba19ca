// Stars: shown, and given as a group of radio buttons, which keys and screen readers know.

import { h, icon } from "../dom.js"
import { t } from "../strings.js"

export function stars(mean, count) {
  if (mean == null) return h("span", { class: "muted" }, t("catalog.unrated"))
  return h("span", { class: "stars" }, icon("star"), ` ${mean.toFixed(1)} `, h("span", { class: "muted" }, t("catalog.ratings", { count })))
}

export function starsInput(value, onChange) {
  return h("fieldset", { class: "star-input" }, h("legend", null, t("catalog.rate")),
    [1, 2, 3, 4, 5].map((number) => h("label", { title: t("catalog.stars", { count: number }) },
      h("input", { type: "radio", name: "stars", value: String(number), checked: number === value, onchange: () => onChange(number) }),
      icon("star"), h("span", { class: "visually-hidden" }, t("catalog.stars", { count: number })))))
}
