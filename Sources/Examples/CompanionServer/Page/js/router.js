// Which page an address is. A page is a module with `show(route)`, where a route is { params, query, signal, path }; it
// gives { title, content, bare?, wide? }. The signal aborts when the page is left, and takes all that it started with it.

const routes = [
  ["/", () => import("./pages/home.js")],
  ["/sign-in", () => import("./pages/sign-in.js")],
  ["/sign-up", () => import("./pages/sign-up.js")],
  ["/verify", () => import("./pages/verify.js")],
  ["/reset", () => import("./pages/reset.js")],
  ["/welcome", () => import("./pages/welcome.js")],
  ["/catalog", () => import("./pages/catalog.js")],
  ["/catalog/:id", () => import("./pages/entry.js")],
  ["/characters", () => import("./pages/characters.js")],
  ["/characters/new", () => import("./pages/editor.js")],
  ["/characters/:id", () => import("./pages/editor.js")],
  ["/chats/:id", () => import("./pages/chat.js")],
  ["/memories", () => import("./pages/memories.js")],
  ["/settings", () => import("./pages/settings.js")],
  ["/review", () => import("./pages/review.js")],
]

const compiled = routes.map(([pattern, load]) => ({
  load, names: [...pattern.matchAll(/:(\w+)/g)].map((match) => match[1]),
  expression: new RegExp(`^${pattern.replace(/:\w+/g, "([^/]+)")}/?$`),
}))

let render = null
let current = null
let guard = null

/** Starts with the address that the browser shows. */
export function startRouter(renderer) {
  render = renderer
  addEventListener("popstate", () => show())
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]")
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
    if (link.target || link.origin !== location.origin || link.hasAttribute("download")) return
    if (link.hash && link.pathname === location.pathname || link.pathname.startsWith("/v1/")) return
    event.preventDefault()
    go(link.pathname + link.search)
  })
}

/** Asks before the page is left: the guard gives false to stay. One guard, for the page that is shown. */
export function guardLeaving(signal, leave) {
  guard = leave
  const unload = (event) => { if (!leave.isClean()) event.preventDefault() }
  addEventListener("beforeunload", unload, { signal })
  signal.addEventListener("abort", () => { guard = null })
}

export async function go(address, { replace = false } = {}) {
  if (guard && !guard.isClean() && !await guard.ask()) return
  history[replace ? "replaceState" : "pushState"](null, "", address)
  await show()
}

export const refreshPage = () => show()

async function show() {
  current?.abort()
  const controller = current = new AbortController()
  const path = location.pathname
  const found = compiled.find((route) => route.expression.test(path))
  const values = found?.expression.exec(path).slice(1) ?? []
  const route = {
    path, signal: controller.signal, query: new URLSearchParams(location.search),
    params: Object.fromEntries(found?.names.map((name, index) => [name, decodeURIComponent(values[index])]) ?? []),
  }
  await render(route, found?.load ?? (() => import("./pages/missing.js")))
}
