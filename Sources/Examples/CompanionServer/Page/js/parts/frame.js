// What stands around every page: the navigation at the side (or below, on phones), the heading, the main part.

import { h, icon } from "../dom.js"
import { isModerator, me } from "../person.js"
import { t } from "../strings.js"
import { recent } from "./recent.js"

const places = () => [
  ["/", "home", t("nav.home")], ["/catalog", "discover", t("nav.catalog")], ["/characters", "people", t("nav.characters")],
  ["/memories", "book", t("nav.memories")], ["/settings", "settings", t("nav.settings")],
  ...(isModerator() ? [["/review", "shield", t("nav.review")]] : []),
]

function navigation(path) {
  const isHere = (place) => place === "/" ? path === "/" || path.startsWith("/chats/") : path.startsWith(place)
  return h("nav", { class: "nav", "aria-label": t("nav.label") },
    h("a", { href: "/", class: "brand", "aria-label": t("app") }, h("img", { src: "/icons/app.svg", alt: "", width: "36", height: "36" }), h("span", null, t("app"))),
    places().map(([address, name, label]) =>
      h("a", { href: address, "aria-current": isHere(address) ? "page" : null }, icon(name), h("span", null, label))),
    recent(path))
}

/** Shows a page. */
export function frame(route, { title, content, isBare = false, kind = "" }) {
  document.documentElement.dataset.kind = kind
  const app = document.getElementById("app")
  const main = h("main", { id: "main", class: `main ${kind}`, tabindex: "-1" }, content)
  app.className = isBare || !me ? "bare" : "framed"
  if (!isBare && me) app.replaceChildren(navigation(route.path), main)
  else app.replaceChildren(main)
  if (!kind.includes("chat")) scrollTo(0, 0)
  if (!main.querySelector("h1") && title) main.prepend(heading(title))
}

/** The page's heading, which takes the focus when the page is shown; with what stands beside it. */
export function heading(title, ...beside) {
  const text = h("h1", { tabindex: "-1" }, title)
  return beside.length ? h("header", { class: "head" }, text, h("div", { class: "row" }, beside)) : h("header", { class: "head" }, text)
}

export function loading(route) {
  frame(route, { isBare: !me, content: h("div", { class: "loading", role: "status" }, h("span", { class: "dots" }, h("i"), h("i"), h("i")), h("span", { class: "visually-hidden" }, t("loading"))) })
}

/** What can't be shown, why, and a way on. */
export function failure(problem, again) {
  if (!problem.code) console.error(problem)
  const isMissing = problem.status === 404
  const title = isMissing ? t("missing.title") : problem.isOffline ? t("offline.title") : t("error.title")
  document.title = `${title} · ${t("app")}`
  frame({ path: location.pathname }, {
    isBare: !me,
    content: [heading(title), h("p", null, problem.code ? problem.message : t("error.defect")),
      h("div", { class: "row" }, !isMissing && h("button", { type: "button", class: "primary", onclick: again }, t("again")), h("a", { class: "button quiet", href: "/" }, t("nav.home")))],
  })
}

/** What stands where nothing is yet. */
export function empty(name, title, text, ...actions) {
  return h("div", { class: "empty" }, icon(name), h("h2", null, title), h("p", { class: "muted" }, text), h("div", { class: "row center" }, actions))
}
