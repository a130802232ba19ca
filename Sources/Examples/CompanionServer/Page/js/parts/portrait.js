// Pictures of characters. The gateway asks for the token, which an <img> can't send: they are fetched, once, when they come near.

import { get } from "../api.js"
import { h } from "../dom.js"

const fetched = new Map() // address → Promise of a blob's address
const MOST = 200

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue
    watcher.unobserve(target)
    show(target)
  }
}, { rootMargin: "300px" })

/** A picture, or the first letter of the name on a colour of its own. Its box has its size before the picture comes. */
export function portrait(image, name, properties = {}) {
  const { class: extra = "" } = properties
  const letter = [...(name ?? "?").trim()][0]?.toUpperCase() ?? "?"
  const box = h("span", { class: `portrait ${extra}`, "aria-hidden": "true" }, h("span", null, letter))
  box.style.setProperty("--hue", String(hue(name ?? "")))
  if (image) {
    box.dataset.image = image
    watcher.observe(box)
  }
  return box
}

function hue(name) {
  let sum = 0
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 360
  return sum
}

async function show(box) {
  const address = box.dataset.image
  if (!fetched.has(address)) {
    if (fetched.size >= MOST) forgetOldest()
    fetched.set(address, get(address, { as: "blob" }).then(({ blob }) => URL.createObjectURL(blob)))
  }
  try {
    const picture = h("img", { src: await fetched.get(address), alt: "" })
    await picture.decode()
    box.append(picture)
  } catch {
    fetched.delete(address) // The letter stays.
  }
}

async function forgetOldest() {
  const [address, picture] = fetched.entries().next().value
  fetched.delete(address)
  URL.revokeObjectURL(await picture.catch(() => ""))
}
