// Where the mail's link leads: /verify#token. Behind the hash, so that it stands in no log.

import { open } from "../api.js"
import { h } from "../dom.js"
import { entrance } from "../parts/entrance.js"
import { t } from "../strings.js"

export async function show({ query }) {
  await open.post("/v1/accounts/verify", { token: location.hash.slice(1) || query.get("token") || "" })
  return {
    title: t("verify.title"), isBare: true, kind: "full",
    content: entrance(t("verify.title"), h("p", null, t("verify.text")), h("a", { class: "button primary wide", href: "/sign-in" }, t("signIn.title"))),
  }
}
