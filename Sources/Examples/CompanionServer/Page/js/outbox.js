// What was written and has not arrived. It outlives a reload: each message has a name of ours, so that sending it again is
// harmless, and a chat shows it until the server has it.

const KEY = "companion.outbox"
const DRAFTS = "companion.drafts"

const read = (key, empty) => {
  try { return JSON.parse(localStorage.getItem(key)) ?? empty } catch { return empty }
}
const write = (key, value) => {
  try { localStorage.setItem(key, JSON.stringify(value)) } catch { /* Full, or forbidden: then it lives as long as the page. */ }
}

/** The messages of a chat that wait, the oldest first: { id, chat, text, at }. */
export const waiting = (chat) => read(KEY, []).filter((item) => item.chat === chat)

export function enqueue(chat, text) {
  const item = { id: newId(), chat, text, at: new Date().toISOString() }
  write(KEY, [...read(KEY, []), item])
  return item
}

export function dequeue(id) { write(KEY, read(KEY, []).filter((item) => item.id !== id)) }

/** What stands in a chat's composer. */
export const draft = (chat) => read(DRAFTS, {})[chat] ?? ""

export function keepDraft(chat, text) {
  const drafts = read(DRAFTS, {})
  if (text) drafts[chat] = text
  else delete drafts[chat]
  write(DRAFTS, drafts)
}

/** Nothing of a person stays behind in a browser that they leave. */
export function clearOutbox() {
  localStorage.removeItem(KEY)
  localStorage.removeItem(DRAFTS)
}

// `crypto.randomUUID` is missing where the page comes by plain HTTP from another machine.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = bytes[6] & 0x0f | 0x40
  bytes[8] = bytes[8] & 0x3f | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}
