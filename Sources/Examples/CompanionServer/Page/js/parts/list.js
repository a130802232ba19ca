// A list that comes in pages: the next one when its end comes near, or by a button.

import { get } from "../api.js"
import { h } from "../dom.js"
import { t } from "../strings.js"
import { complain } from "./toast.js"

/** Fills the element with the items of an address, `build` for each. Resolves after the first page with its length. */
export async function pages(element, path, build, signal) {
  let after = ""
  const more = h("button", { type: "button", class: "quiet more", onclick: () => load().catch(complain) }, t("list.more"))
  const watcher = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) load().catch(complain)
  }, { rootMargin: "400px" })
  signal.addEventListener("abort", () => watcher.disconnect())
  let running = null
  const load = () => running ??= fetchPage().finally(() => { running = null })
  async function fetchPage() {
    watcher.unobserve(more)
    const page = await get(`${path}${path.includes("?") ? "&" : "?"}limit=30${after}`, { signal })
    element.append(...page.items.map(build))
    more.remove()
    if (page.next) {
      after = `&after=${encodeURIComponent(page.next)}`
      element.after(more)
      watcher.observe(more)
    }
    return page.items.length
  }
  return load()
}
