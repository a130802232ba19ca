import { Problem } from "../api.js"
import { t } from "../strings.js"

export function show() { throw new Problem(404, "notFound", t("missing.text")) }
