// Starts the page: theme, session, router.

import { announce } from "./dom.js"
import { forgetSession, isSignedIn, onSignedOut, resumeSession } from "./api.js"
import { hear } from "./channel.js"
import { forgetMe, isOnboarded, loadMe, me } from "./person.js"
import { go, refreshPage, startRouter } from "./router.js"
import { failure, frame, loading } from "./parts/frame.js"
import { forgetRecent } from "./parts/recent.js"
import { closeSocket, connect } from "./socket.js"
import { t } from "./strings.js"
import { applyTheme } from "./theme.js"

const OPEN = new Set(["/sign-in", "/sign-up", "/verify", "/reset"])
let isFirst = true

applyTheme()
startRouter(render)
document.querySelector(".skip").textContent = t("skip")

onSignedOut(() => {
  closeSocket()
  forgetMe()
  forgetRecent()
  if (!OPEN.has(location.pathname)) go("/sign-in")
})
hear(new AbortController().signal, async ({ type }) => {
  if (type === "signedOut" && isSignedIn()) forgetSession({ quietly: true })
  if (type === "signedIn" && !isSignedIn()) await start()
  if (type === "me" && me) await loadMe().catch(() => {})
})

await start()
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js").catch(() => {})

async function start() {
  try {
    const isBack = isSignedIn() || await resumeSession()
    if (isBack) await loadMe()
    if (!isBack && !OPEN.has(location.pathname)) {
      const error = new URLSearchParams(location.search).get("signInError")
      return await go(error ? `/sign-in?error=${error}` : "/sign-in", { replace: true })
    }
    if (isBack && (location.pathname === "/sign-in" || location.pathname === "/sign-up")) {
      return await go("/", { replace: true })
    }
    await refreshPage()
  } catch (problem) {
    failure(problem, start)
    if (problem.isOffline) addEventListener("online", start, { once: true })
  }
}

async function render(route, load) {
  if (!OPEN.has(route.path)) {
    if (!isSignedIn() || !me) return go("/sign-in", { replace: true })
    if (!isOnboarded() && route.path !== "/welcome") return go("/welcome", { replace: true })
    connect()
  }
  const wait = setTimeout(() => { if (!route.signal.aborted) loading(route) }, 150)
  try {
    const page = await (await load()).show(route)
    if (route.signal.aborted) return
    clearTimeout(wait)
    frame(route, page)
    document.title = page.title ? `${page.title} · ${t("app")}` : t("app")
    if (!isFirst) {
      announce(page.title ?? t("app"))
      if (!page.keepsFocus) document.getElementById("main").querySelector("h1")?.focus({ preventScroll: true })
    }
    isFirst = false
    page.shown?.()
  } catch (problem) {
    clearTimeout(wait)
    if (route.signal.aborted || problem.name === "AbortError") return
    failure(problem, refreshPage)
  }
}
