// Where the mail's link leads: /verify#token. Behind the hash, so that it stands in no log.

import { open } from "../api.js"
import { h } from "../dom.js"
import { entrance } from "../parts/entrance.js"
import { go } from "../router.js"
import { t } from "../strings.js"

export async function show() {
  try {
    await open.post("/v1/accounts/verify", { token: location.hash.slice(1) })
  } catch (problem) {
    if (problem.status !== 401) throw problem
    return {
      title: t("verify.title"), isBare: true, kind: "full",
      content: entrance(t("verify.title"), h("p", { role: "status" }, t("verify.text")),
        h("a", { class: "button primary wide", href: "/sign-in" }, t("signIn.title")), h("p", null, t("signIn.new"), " ", h("a", { href: "/sign-up" }, t("signUp.title")))),
    }
  }
  // The link is used up: the address of this page must not be what a reload asks for.
  await go("/sign-in?verified", { replace: true })
  return {}
}
