// A place to drop a file on, which is a file button too.

import { h, icon } from "../dom.js"
import { complain } from "./toast.js"

export function dropZone(label, take, { accept = ".png,.json,.charx", name = "upload" } = {}) {
  const input = h("input", { type: "file", accept, class: "visually-hidden" })
  const zone = h("label", { class: "drop" }, input, icon(name), h("span", null, label))
  const use = async (file) => {
    if (!file) return
    zone.setAttribute("aria-busy", "true")
    try { await take(file) } catch (problem) { complain(problem) } finally { zone.removeAttribute("aria-busy") }
  }
  input.addEventListener("change", () => { use(input.files[0]); input.value = "" })
  for (const type of ["dragenter", "dragover"]) {
    zone.addEventListener(type, (event) => { event.preventDefault(); zone.classList.add("over") })
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"))
  zone.addEventListener("drop", (event) => {
    event.preventDefault()
    zone.classList.remove("over")
    use(event.dataTransfer.files[0])
  })
  return zone
}

// A file that misses the place must not replace the page.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault())
