// Where the mail's link leads: /reset#token. Behind the hash, so that it stands in no log.

import { open } from "../api.js"
import { field, h } from "../dom.js"
import { entrance, form } from "../parts/entrance.js"
import { toast } from "../parts/toast.js"
import { go } from "../router.js"
import { t } from "../strings.js"

export function show() {
  const token = location.hash.slice(1)
  const again = h("p", { hidden: true }, h("a", { href: "/sign-in" }, t("reset.again")))
  return {
    title: t("reset.title"), isBare: true, kind: "full",
    content: entrance(t("reset.title"), form(t("reset.action"), [
      field(t("reset.password"), h("input", { name: "password", type: "password", autocomplete: "new-password", required: true, minlength: "8" }), t("signUp.passwordHint")),
    ], async ({ password }) => {
      try {
        await open.post("/v1/password-resets/confirm", { token, password })
      } catch (problem) {
        if (problem.status === 401) again.hidden = false
        throw problem
      }
      toast(t("reset.done"))
      await go("/sign-in", { replace: true })
    }), again),
  }
}
