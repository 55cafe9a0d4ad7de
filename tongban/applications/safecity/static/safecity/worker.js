// Lets pages of patrols be read without a connection. What is kept belongs to one account, and goes with it.
"use strict";
const PAGES = "patrols-pages", FILES = "patrols-files", WHOSE = "/whose";

async function whose() {
  const said = await (await caches.open(PAGES)).match(WHOSE);
  return said ? said.text() : "";
}

async function keep({ account, keep: addresses }) {
  if ((await whose()) !== account) {
    await caches.delete(PAGES);
    await (await caches.open(PAGES)).put(WHOSE, new Response(account));
  }
  for (const address of addresses) {
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        await (await caches.open(address.includes("/static/") ? FILES : PAGES)).put(address, answer);
      }
    } catch { /* the next page asks again */ }
  }
}

async function page(request) {
  try {
    const answer = await fetch(request);
    // Signed out, or sent elsewhere: what was kept is nobody's any more.
    if (answer.redirected || answer.type === "opaqueredirect") await caches.delete(PAGES);
    else if (answer.ok) await (await caches.open(PAGES)).put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await (await caches.open(PAGES)).match(request.url);
    const list = kept || (await (await caches.open(PAGES)).match(new URL("./", self.registration.scope).href));
    if (list) return list;
    throw error;
  }
}

async function file(request) {
  const kept = await (await caches.open(FILES)).match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(FILES)).put(request.url, answer.clone());
  return answer;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.includes("/static/")) event.respondWith(file(request));
});
