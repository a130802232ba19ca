// The part of Markdown that people and models use in talk, as DOM nodes. Links go to http, https and mailto alone; pictures are
// shown as links, because fetching one would tell its host who reads.

import { h } from "./dom.js"

/** Shows a text within an element. Blocks that did not change stay as they are, so a growing text costs its last block. */
export function showMarkdown(element, text) {
  const sources = blocks(text)
  const shown = element.markdownSources ?? []
  let same = 0
  while (same < sources.length && same < shown.length && sources[same] === shown[same]) same++
  while (element.childNodes.length > same) element.lastChild.remove()
  for (const source of sources.slice(same)) element.append(block(source))
  element.markdownSources = sources
}

const FENCE = /^ {0,3}(```|~~~)/
const ITEM = /^( *)([-*+]|\d{1,9}[.)]) +(?=\S)/

/** The text in blocks: paragraphs, fenced code, lists, quotes, headings, rules. */
function blocks(text) {
  const result = []
  let lines = []
  let fence = null
  const end = () => {
    if (lines.length) result.push(lines.join("\n"))
    lines = []
  }
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    if (fence) {
      lines.push(line)
      if (line.trim() === fence) { fence = null; end() }
    } else if (FENCE.test(line)) {
      end()
      fence = FENCE.exec(line)[1]
      lines.push(line)
    } else if (!line.trim()) {
      end()
    } else {
      const isAlone = /^#{1,6} /.test(line) || isRule(line)
      if (isAlone || lines.length && kind(line) !== kind(lines[0]) && kind(line) !== "text") end()
      lines.push(line)
      if (isAlone) end()
    }
  }
  end()
  return result
}

const isRule = (line) => /^ {0,3}([-*_])( *\1){2,} *$/.test(line)
const kind = (line) => ITEM.test(line) ? "list" : /^ {0,3}>/.test(line) ? "quote" : "text"

function block(source) {
  const lines = source.split("\n")
  const first = lines[0]
  if (FENCE.test(first)) {
    const isEnded = lines.length > 1 && lines.at(-1).trim() === FENCE.exec(first)[1]
    return h("pre", { tabindex: "0" }, h("code", null, lines.slice(1, isEnded ? -1 : undefined).join("\n")))
  }
  const heading = /^(#{1,6}) +(.*?) *#*$/.exec(first)
  // Below the page's own headings, whatever the text thinks.
  if (heading) return h("p", { class: "md-heading" }, inline(heading[2]))
  if (isRule(first)) return h("hr")
  if (kind(first) === "quote") {
    const inner = h("blockquote")
    for (const part of blocks(lines.map((line) => line.replace(/^ {0,3}> ?/, "")).join("\n"))) {
      inner.append(kind(part) === "quote" ? h("p", null, inline(part)) : block(part))
    }
    return inner
  }
  if (kind(first) === "list") return list(lines)
  return h("p", null, inline(source))
}

function list(lines) {
  const isOrdered = /\d/.test(ITEM.exec(lines[0])[2])
  const start = isOrdered ? parseInt(ITEM.exec(lines[0])[2], 10) : null
  const depth = ITEM.exec(lines[0])[1].length
  const items = []
  for (const line of lines) {
    const item = ITEM.exec(line)
    if (item && item[1].length < depth + 2) items.push({ text: line.slice(item[0].length), inner: [] })
    else if (item || items.at(-1).inner.length) items.at(-1).inner.push(line)
    else items.at(-1).text += `\n${line.trim()}`
  }
  return h(isOrdered ? "ol" : "ul", start > 1 ? { start } : null, items.map((item) =>
    h("li", null, inline(item.text), item.inner.length && ITEM.test(item.inner[0]) ? list(item.inner) : null)))
}

// In the order in which they are tried at a place.
const RULES = [
  [/^\\([\\`*_{}[\]()#+\-.!~>|])/, (match) => match[1]],
  [/^(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/, (match) => h("code", null, match[2])],
  [/^!?\[([^\]\n]{1,500})\]\(<?([^\s)>]{1,2000})>?(?: +"[^"\n]*")?\)/, (match) => link(match[2], inline(match[1])) ?? match[0]],
  [/^<?(https?:\/\/[^\s<>"]{1,2000}[^\s<>".,;:!?)\]'*_])>?/, (match) => link(match[1], match[1])],
  [/^(\*\*|__)(?=\S)([\s\S]*?\S)\1/, (match) => h("strong", null, inline(match[2]))],
  [/^\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/, (match) => h("em", null, inline(match[1]))],
  [/^_(?=[^\s_])([^_]*?[^\s_])_(?![\p{L}\p{N}_])/u, (match) => h("em", null, inline(match[1]))],
  [/^~~(?=\S)([\s\S]*?\S)~~/, (match) => h("s", null, inline(match[1]))],
  [/^ *\n/, () => h("br")],
]
const MARKS = /[\\`!\[<*_~\n]|https?:\/\/| +\n/g

function inline(text) {
  const nodes = []
  let plain = ""
  let index = 0
  while (index < text.length) {
    MARKS.lastIndex = index
    const next = MARKS.exec(text)
    if (!next) { plain += text.slice(index); break }
    plain += text.slice(index, next.index)
    index = next.index
    const rest = text.slice(index)
    // An underscore within a word is part of its name.
    const isWithin = text[index] === "_" && /[\p{L}\p{N}]/u.test(text[index - 1] ?? "")
    const found = isWithin ? null : apply(rest)
    if (!found) { plain += text[index++]; continue }
    if (typeof found.node === "string") plain += found.node
    else {
      if (plain) nodes.push(plain)
      plain = ""
      nodes.push(found.node)
    }
    index += found.length
  }
  if (plain) nodes.push(plain)
  return nodes
}

function apply(rest) {
  for (const [expression, build] of RULES) {
    const match = expression.exec(rest)
    if (match) return { node: build(match), length: match[0].length }
  }
  return null
}

function link(address, content) {
  let url
  try { url = new URL(address) } catch { return null }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return null
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, content)
}
