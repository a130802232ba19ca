// Keeps the shell of the page, so that it opens without a network. Nothing of a person is ever kept here: requests to the
// gateway pass by.

const CACHE = "companion-shell-1"
const SHELL = ["/", "/style.css", "/manifest.webmanifest", "/icons/app.svg", "/icons/sprite.svg"]

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()))
})

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()))
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  const isOurs = request.method === "GET" && url.origin === location.origin && !url.pathname.startsWith("/v1/")
  const isShell = request.mode === "navigate" || /^\/(js|icons)\/|^\/(style\.css|manifest\.webmanifest)$/.test(url.pathname)
  if (isOurs && isShell) event.respondWith(fresh(request))
})

// The server first, because it knows the newest; the cache where there is no server.
async function fresh(request) {
  const cache = await caches.open(CACHE)
  const key = request.mode === "navigate" ? "/" : request
  try {
    const response = await fetch(request)
    if (response.ok && response.type === "basic") await cache.put(key, response.clone())
    return response
  } catch (error) {
    const kept = await cache.match(key)
    if (kept) return kept
    throw error
  }
}
