// Requests to the gateway. The access token lives here, in memory; the refresh token is a cookie that no script can read.

import { tell } from "./channel.js"
import { t } from "./strings.js"

/** What the gateway refused, or that it could not be reached (`code` is "offline"). */
export class Problem extends Error {
  constructor(status, code, detail, retryAfter) {
    super(detail)
    Object.assign(this, { status, code, retryAfter })
  }

  get isOffline() { return this.code === "offline" }
}

let access = null // { token, expiresAt }
let refreshing = null
const signedOutListeners = new Set()

export const isSignedIn = () => access !== null
export function onSignedOut(listener) { signedOutListeners.add(listener) }

function keep(session) {
  access = { token: session.accessToken, expiresAt: Date.parse(session.expiresAt) }
  return session
}

/** Forgets who was signed in, here and in the other tabs. */
export function forgetSession({ quietly = false } = {}) {
  access = null
  if (!quietly) tell({ type: "signedOut" })
  for (const listener of signedOutListeners) listener()
}

/** Takes up the session that the cookie keeps. False: there is none; throws where that can't be known. */
export async function resumeSession() {
  try {
    await refresh()
    return true
  } catch (problem) {
    if (problem.status === 401) return false
    throw problem
  }
}

// One tab after the other, because each refresh token is good for one exchange.
function refresh() {
  refreshing ??= withLock(async () => keep(await send("POST", "/v1/sessions/refresh", { body: {} })))
    .finally(() => { refreshing = null })
  return refreshing
}

const withLock = (work) => navigator.locks ? navigator.locks.request("companion.refresh", work) : work()

/** An access token that is good for a while yet. */
export async function accessToken() {
  if (!access) throw new Problem(401, "unauthenticated", t("error.signedOut"))
  if (access.expiresAt - Date.now() < 30_000) await refresh()
  return access.token
}

export async function signIn(email, password) {
  return keep(await send("POST", "/v1/sessions", { body: { email, password, cookie: true } }))
}

/** Null where the address has to be verified first. */
export async function signUp(name, email, password) {
  const answer = await send("POST", "/v1/accounts", { body: { name, email, password, cookie: true } })
  return answer.accessToken ? keep(answer) : null
}

/** Without a session, for what is open to everybody. */
export const open = {
  get: (path) => send("GET", path, {}),
  post: (path, body) => send("POST", path, { body }),
}

export const get = (path, options) => call("GET", path, options)
export const post = (path, body = {}, options) => call("POST", path, { body, ...options })
export const patch = (path, body, options) => call("PATCH", path, { body, ...options })
export const put = (path, body, options) => call("PUT", path, { body, ...options })
export const remove = (path) => call("DELETE", path, {})

async function call(method, path, options = {}) {
  try {
    return await send(method, path, { ...options, token: await accessToken() })
  } catch (problem) {
    if (problem.status !== 401) throw problem
  }
  try {
    await refresh()
    return await send(method, path, { ...options, token: access.token })
  } catch (problem) {
    if (problem.status === 401) forgetSession()
    throw problem
  }
}

async function send(method, path, { body, type, headers, signal, token, as }) {
  const request = { method, headers: { ...headers }, signal, credentials: "same-origin" }
  if (token) request.headers.Authorization = `Bearer ${token}`
  if (body !== undefined) {
    request.headers["Content-Type"] = type ?? "application/json"
    request.body = type ? body : JSON.stringify(body)
  }
  let response
  try {
    response = await fetch(path, request)
  } catch (error) {
    if (error.name === "AbortError") throw error
    throw new Problem(0, "offline", t("error.offline"))
  }
  if (!response.ok) throw await problem(response)
  if (response.status === 204) return null
  if (as === "blob") return { blob: await response.blob(), name: fileName(response) }
  const text = await response.text()
  const answer = text ? JSON.parse(text) : null
  const tag = response.headers.get("ETag")
  if (tag && answer) Object.defineProperty(answer, "tag", { value: tag })
  return answer
}

async function problem(response) {
  const told = await response.json().catch(() => ({}))
  // A balancer, or a sleeping server, answers with what is no problem of ours.
  const code = told.code ?? (response.status >= 502 ? "offline" : "unknown")
  return new Problem(response.status, code, told.detail ?? t("error.unknown", { status: response.status }), told.retryAfter)
}

function fileName(response) {
  return /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "download"
}

/** All items of a list, in pages, at most so many. */
export async function all(path, { most = 1_000, signal } = {}) {
  const items = []
  let after = ""
  do {
    const page = await get(`${path}${path.includes("?") ? "&" : "?"}limit=100${after}`, { signal })
    items.push(...page.items)
    after = page.next ? `&after=${encodeURIComponent(page.next)}` : ""
  } while (after && items.length < most)
  return items
}

/** Lets the browser save a file that needs the token. */
export async function download(path) {
  const { blob, name } = await get(path, { as: "blob" })
  const address = URL.createObjectURL(blob)
  const link = document.createElement("a")
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
