import { open, signIn } from "../api.js"
import { field, h } from "../dom.js"
import { enter, entrance, form, options, providers } from "../parts/entrance.js"
import { askText } from "../parts/dialog.js"
import { complain, toast } from "../parts/toast.js"
import { t } from "../strings.js"

// What the server says went wrong at a provider, and how it is told.
const REASONS = { unauthenticated: "expired", timedOut: "unavailable", malformedResponse: "unavailable" }

export async function show({ query }) {
  const offered = await options()
  const error = query.get("error")
  const words = error && (t.maybe(`signIn.${REASONS[error] ?? error}`) ?? t("signIn.failed"))
  return {
    title: t("signIn.title"), isBare: true, kind: "full",
    content: entrance(t("signIn.title"),
      error && h("p", { class: "notice problem", role: "alert" }, words),
      query.has("verified") && h("p", { class: "notice", role: "status" }, t("signIn.verified")),
      providers(offered),
      offered.password && form(t("signIn.action"), [
        field(t("email"), h("input", { name: "email", type: "email", autocomplete: "username", required: true })),
        field(t("password"), h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })),
      ], async ({ email, password }) => {
        await signIn(email, password)
        await enter()
      }),
      offered.signUp && h("p", null, t("signIn.new"), " ", h("a", { href: "/sign-up" }, t("signUp.title"))),
      offered.password && (offered.mail
        ? h("button", { type: "button", class: "link", onclick: forgotten }, t("signIn.forgotten"))
        : h("p", { class: "small muted" }, t("signIn.noMail")))),
  }
}

async function forgotten() {
  const email = await askText(t("signIn.forgotten"), t("email"), document.querySelector("input[name=email]").value, { action: t("signIn.sendMail"), type: "email" })
  if (!email) return
  try {
    await open.post("/v1/password-resets", { email })
    toast(t("signIn.mailSent"))
  } catch (problem) { complain(problem) }
}
