// Times and numbers as people of the page's language write them.

import { language, t } from "./strings.js"

const DAY = 86_400_000
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" })
const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" })
const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" })
const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" })
const numbers = new Intl.NumberFormat(language)
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 })

export const number = (value) => numbers.format(value)
export const shortNumber = (value) => compact.format(value)
export const day = (time) => date.format(new Date(time))
export const moment = (time) => full.format(new Date(time))

/** How long ago, in the largest unit that fits. */
export function ago(time) {
  const past = Date.now() - new Date(time)
  if (past < 60_000) return t("time.now")
  if (past < 3_600_000) return relative.format(-Math.round(past / 60_000), "minute")
  if (past < DAY) return relative.format(-Math.round(past / 3_600_000), "hour")
  if (past < 7 * DAY) return relative.format(-Math.round(past / DAY), "day")
  return day(time)
}

/** The clock for today, the day for all before. */
export function stamp(time) {
  const then = new Date(time)
  return then.toDateString() === new Date().toDateString() ? clock.format(then) : full.format(then)
}
