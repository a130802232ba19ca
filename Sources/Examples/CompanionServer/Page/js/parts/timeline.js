// A picture of what was true from when to when: a line for each memory, by kind. The list below it says the same in words.

import { h, svg } from "../dom.js"
import { day } from "../format.js"
import { t } from "../strings.js"

const WIDTH = 800
const ROW = 14
const TOP = 40
const DAY = 86_400_000
const MOST = 14

/** Nothing where all begins within some days: a line of points says less than the list. */
export function timeline(memories) {
  const shown = [...memories].sort((one, other) => other.importance - one.importance).slice(0, MOST)
    .sort((one, other) => one.validAt.localeCompare(other.validAt))
  const now = Date.now()
  const begins = shown.map((memory) => Date.parse(memory.validAt))
  const first = Math.min(...begins)
  const last = Math.max(now, ...begins.map((begin) => begin + 1))
  if (last - first < 3 * DAY) return null
  const x = (time) => 8 + (WIDTH - 16) * (time - first) / (last - first)
  const height = TOP + shown.length * ROW + 10
  const tick = (time, anchor) => svg("text", { x: x(time), y: 22, class: "tick", "text-anchor": anchor }, day(time))
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": t("timeline.label", { count: shown.length, from: day(first), to: day(last) }) },
    tick(first, "start"), x(now) - x(first) > 240 && tick(first + (last - first) / 2, "middle"), tick(last, "end"),
    svg("line", { x1: x(now), x2: x(now), y1: 30, y2: height, class: "now" }),
    shown.map((memory, index) => {
      const [begin, end] = [Date.parse(memory.validAt), memory.invalidAt ? Date.parse(memory.invalidAt) : now]
      const y = TOP + index * ROW
      return svg("g", { class: `span ${memory.kind} ${memory.invalidAt ? "past" : ""}` }, svg("title", null, memory.text),
        svg("line", { x1: x(begin), x2: Math.max(x(begin) + 1, x(end)), y1: y, y2: y }), svg("circle", { cx: x(begin), cy: y, r: 4 }))
    }))
  const kinds = [...new Set(shown.map((memory) => memory.kind))]
  return h("figure", { class: "timeline card" }, h("figcaption", null, t("timeline.title"),
    h("span", { class: "legend" }, kinds.map((kind) => h("span", { class: kind }, t.maybe(`kind.${kind}`) ?? kind)))), picture)
}
