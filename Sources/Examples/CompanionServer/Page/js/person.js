// Who is signed in, and what they may do; fetched once and kept while the page is open.

import { get, patch, forgetSession, remove } from "./api.js"
import { tell } from "./channel.js"

export let me = null

export async function loadMe() {
  me = await get("/v1/me")
  return me
}

export async function changeMe(change) {
  me = await patch("/v1/me", change)
  tell({ type: "me" })
  return me
}

export function forgetMe() { me = null }

export const isModerator = () => ["moderator", "admin"].includes(me?.role)
/** Whether somebody was here before and told us who they are. */
export const isOnboarded = () => me !== null && me.preferences.ageBand !== "unknown"

/** Null where the server has no plan. */
export async function usage() {
  try {
    return await get("/v1/me/usage")
  } catch (problem) {
    if (problem.status === 501) return null
    throw problem
  }
}

export async function signOut() {
  await remove("/v1/sessions/current").catch(() => {})
  forgetSession()
}
