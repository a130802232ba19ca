import { signUp } from "../api.js"
import { field, h } from "../dom.js"
import { enter, entrance, form, options, providers } from "../parts/entrance.js"
import { t } from "../strings.js"

export async function show() {
  const offered = await options()
  const content = entrance(t("signUp.title"), providers(offered),
    offered.signUp && form(t("signUp.action"), [
      field(t("name"), h("input", { name: "name", autocomplete: "given-name", required: true, maxlength: "80" }), t("signUp.nameHint")),
      field(t("email"), h("input", { name: "email", type: "email", autocomplete: "username", required: true })),
      field(t("password"), h("input", { name: "password", type: "password", autocomplete: "new-password", required: true, minlength: "8" }), t("signUp.passwordHint")),
    ], async ({ name, email, password }) => {
      if (await signUp(name, email, password)) return enter()
      content.querySelector(".entrance-form").replaceChildren(
        h("h1", { tabindex: "-1" }, t("signUp.verifyTitle")), h("p", { role: "status" }, t("signUp.verifyText", { email })),
        h("a", { class: "button primary", href: "/sign-in" }, t("signIn.title")))
    }),
    !offered.signUp && h("p", null, t("signUp.closed")),
    h("p", null, t("signUp.known"), " ", h("a", { href: "/sign-in" }, t("signIn.title"))))
  return { title: t("signUp.title"), isBare: true, kind: "full", content }
}
