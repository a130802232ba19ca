// What one tab changes, the others show: they are told what to look at again, never what it is.

const channel = "BroadcastChannel" in window ? new BroadcastChannel("companion") : null
const listeners = new Set()

channel?.addEventListener("message", ({ data }) => { for (const listener of [...listeners]) listener(data) })

/** Tells the other tabs, such as { type: "chat", chat: "…" }, { type: "memories" }. */
export function tell(change) { channel?.postMessage(change) }

/** Hears of other tabs until the signal aborts. */
export function hear(signal, listener) {
  listeners.add(listener)
  signal.addEventListener("abort", () => listeners.delete(listener))
}
