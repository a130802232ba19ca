// Builds DOM nodes. Nothing on this page is ever made of HTML text, so nothing that people or models write can become markup.

const SVG = "http://www.w3.org/2000/svg"

/** An element: h("button", { class: "quiet", onclick: save, "aria-label": "Save" }, icon("save"), "Save"). */
export function h(name, properties, ...children) {
  return fill(document.createElement(name), properties, children)
}

/** An element of SVG. */
export function svg(name, properties, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children)
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value == null || value === false) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value
    else element.setAttribute(name, value === true ? "" : String(value))
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false))
  return element
}

/** An icon of icons/sprite.svg. What it means must stand beside it, or in the label of its button. */
export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `/icons/sprite.svg#${name}` }))
}

/** A button with an icon alone, and its name for those who don't see it. */
export function iconButton(name, label, onclick, properties) {
  const { class: extra = "", ...rest } = properties ?? {}
  return h("button", { type: "button", class: `icon-button ${extra}`, "aria-label": label, title: label, onclick, ...rest }, icon(name))
}

let lastId = 0

/** A label with its field, an explanation and room for what is wrong with it. */
export function field(label, input, hint) {
  const id = (input.id ||= `field-${++lastId}`)
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`)
  return h("div", { class: "field" },
    h("label", { for: id }, label), input, hint && h("p", { class: "hint", id: `${id}-hint` }, hint))
}

export function select(options, value, properties) {
  const element = h("select", properties,
    options.map(([key, label]) => h("option", { value: key, selected: key === value }, label)))
  return element
}

/** Says something to those who listen, once it is worth saying. */
export function announce(text) {
  const place = document.getElementById("announcer")
  place.textContent = ""
  requestAnimationFrame(() => { place.textContent = text })
}
