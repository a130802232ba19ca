// One WebSocket for all chats of this tab. It connects again by itself, takes running replies up where they were lost, and
// says again what may not have arrived.

import { accessToken, isSignedIn } from "./api.js"

const listeners = new Set()
/** Commands without an answer yet, by their ref: { message, handler }. */
const asked = new Map()
/** Replies that are followed, by their id: { seq, turn, handler }. */
const followed = new Map()

let socket = null
let state = "closed" // closed, connecting, ready
let attempts = 0
let timer = null
let renewal = null
let ping = null
let lastHeard = 0
let lastRef = 0

export const socketState = () => state

/** Hears "connecting", "ready", "closed" until the signal aborts. */
export function onSocketState(signal, listener) {
  listeners.add(listener)
  signal.addEventListener("abort", () => listeners.delete(listener))
}

function become(next) {
  if (state === next) return
  state = next
  for (const listener of [...listeners]) listener(next)
}

export function connect() {
  if (socket || timer || !isSignedIn()) return
  open()
}

export function closeSocket() {
  clearTimeout(timer)
  timer = null
  asked.clear()
  followed.clear()
  const old = socket
  drop()
  old?.close(1000)
  become("closed")
}

async function open() {
  timer = null
  become("connecting")
  let token
  try {
    token = await accessToken()
  } catch (problem) {
    if (isSignedIn()) again()
    return
  }
  if (socket || !isSignedIn()) return
  const mine = socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/socket`)
  mine.onopen = () => { if (mine === socket) transmit({ type: "hello", token }) }
  mine.onmessage = ({ data }) => { if (mine === socket) take(JSON.parse(data)) }
  mine.onclose = () => {
    if (mine !== socket) return
    drop()
    again()
  }
}

function drop() {
  clearTimeout(renewal)
  clearInterval(ping)
  if (socket) socket.onopen = socket.onmessage = socket.onclose = null
  socket = null
}

// Sooner at first, then more and more seldom, and never all clients at once.
function again() {
  become("connecting")
  clearTimeout(timer)
  const wait = Math.min(15_000, 300 * 2 ** attempts++) * (0.5 + Math.random() / 2)
  timer = setTimeout(open, wait)
}

function hurry() {
  if (state === "ready" || !isSignedIn() || socket) return
  attempts = 0
  clearTimeout(timer)
  open()
}
addEventListener("online", hurry)
addEventListener("offline", () => {
  if (!socket) return
  const old = socket
  drop()
  old.close()
  again()
})
document.addEventListener("visibilitychange", () => { if (!document.hidden) hurry() })

function transmit(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

function ready({ expiresAt }) {
  attempts = 0
  lastHeard = Date.now()
  clearTimeout(renewal)
  clearInterval(ping)
  const life = Math.max(5_000, Date.parse(expiresAt) - Date.now() - 60_000)
  renewal = setTimeout(renew, Math.min(life, 2 ** 31 - 1))
  ping = setInterval(() => {
    if (Date.now() - lastHeard < 60_000) return transmit({ type: "ping" })
    // Nothing for a minute, though we asked: the connection is dead without saying so.
    const dead = socket
    drop()
    dead?.close()
    again()
  }, 25_000)
  if (state === "ready") return
  become("ready")
  for (const [reply, { seq, turn }] of followed) transmit({ type: "resume", reply, after: seq, turn, ref: refOf(reply) })
  for (const [ref, { message }] of [...asked]) {
    // Only what is harmless to say twice is said again; the others look at the chat to see what became of it.
    if (message.type === "send" || message.type === "resume") transmit({ ...message, ref })
    else settle(ref, { type: "lost" })
  }
}

async function renew() {
  try {
    transmit({ type: "hello", token: await accessToken() })
  } catch {
    renewal = setTimeout(renew, 10_000)
  }
}

const refOf = (reply) => `r:${reply}`

function settle(ref, frame) {
  const command = asked.get(ref)
  asked.delete(ref)
  command?.handler(frame)
}

function take(frame) {
  lastHeard = Date.now()
  switch (frame.type) {
    case "ready": return ready(frame)
    case "pong": return
    case "following": {
      const command = asked.get(frame.ref)
      if (!command) {
        const known = followed.get(frame.reply)
        if (known && frame.turn) known.turn = frame.turn
        return
      }
      asked.delete(frame.ref)
      followed.set(frame.reply, { seq: command.message.after ?? 0, turn: frame.turn, handler: command.handler })
      return command.handler(frame)
    }
    case "error": {
      if (frame.ref?.startsWith("r:")) {
        const reply = frame.ref.slice(2)
        const lost = followed.get(reply)
        followed.delete(reply)
        return lost?.handler({ type: "lost", reply })
      }
      return frame.ref ? settle(frame.ref, frame) : undefined
    }
  }
  const reply = followed.get(frame.reply)
  if (!reply || frame.seq <= reply.seq) return
  reply.seq = frame.seq
  if (frame.turn) reply.turn = frame.turn
  if (frame.type === "finished" || frame.type === "failed") followed.delete(frame.reply)
  reply.handler(frame)
}

/**
 * Has something done; the handler gets `following` (or `error`, or `lost` where nobody knows), then the frames of the reply.
 * Messages: { type: "send", chat, text, id }, { type: "regenerate", chat }, { type: "continue", chat },
 * { type: "resume", reply, after }.
 */
export function ask(message, handler) {
  if (message.type === "resume" && followed.has(message.reply)) return
  const ref = String(++lastRef)
  asked.set(ref, { message, handler })
  if (state === "ready") transmit({ ...message, ref })
  else connect()
}

export const isFollowing = (reply) => followed.has(reply)

/** Stops following a reply; it goes on at the server. */
export function leave(reply) {
  if (followed.delete(reply)) transmit({ type: "leave", reply })
}

/** Stops the making of a reply; its `finished` comes all the same. */
export const cancel = (reply) => transmit({ type: "cancel", reply })
