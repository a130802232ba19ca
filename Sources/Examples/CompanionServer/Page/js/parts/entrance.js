// What the pages before signing in share.

import { open } from "../api.js"
import { tell } from "../channel.js"
import { h } from "../dom.js"
import { loadMe } from "../person.js"
import { go } from "../router.js"
import { t } from "../strings.js"

/** The two halves of the entrance: what this is, and a form. */
export function entrance(title, ...content) {
  return h("div", { class: "entrance" },
    h("div", { class: "entrance-said" },
      h("img", { src: "/icons/app.svg", alt: "", width: "64", height: "64" }),
      h("p", { class: "entrance-title" }, t("entrance.title")), h("p", null, t("entrance.text"))),
    h("div", { class: "entrance-form card" }, h("h1", { tabindex: "-1" }, title), content))
}

/** A form whose problem stands above its button, and is said. `act` gets its values. */
export function form(action, fields, act) {
  const problem = h("p", { class: "problem", role: "alert" })
  const button = h("button", { type: "submit", class: "primary wide" }, action)
  const element = h("form", { class: "stack" }, fields, problem, button)
  element.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (button.getAttribute("aria-busy") === "true") return
    button.setAttribute("aria-busy", "true")
    problem.textContent = ""
    try {
      await act(Object.fromEntries(new FormData(element)))
    } catch (error) {
      if (!error.code) console.error(error)
      problem.textContent = error.code ? error.message : t("error.defect")
    } finally {
      button.removeAttribute("aria-busy")
    }
  })
  return element
}

/** Buttons of Google, Apple, and others, where the server has them. */
export function providers(options) {
  if (!options.providers.length) return []
  return [h("div", { class: "stack" }, options.providers.map((name) =>
    h("a", { class: "button wide", href: `/v1/sign-in/${encodeURIComponent(name)}`, "data-provider": name },
      t("signIn.with", { name: t.maybe(`provider.${name}`) ?? name })))), h("p", { class: "or" }, t("or"))]
}

export const options = () => open.get("/v1/sign-in")

export async function enter() {
  tell({ type: "signedIn" })
  await loadMe()
  await go("/", { replace: true })
}
