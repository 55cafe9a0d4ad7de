// Check-ins on the way: sent at once where there is a connection, kept on the phone where there is none, and sent later
// with the moment at which they were made. The house takes each checkpoint once, so what is sent twice counts once.
"use strict";
const frame = document.querySelector("[data-patrol]");
const words = frame.dataset;
const SECONDS = 60_000;

// The queue, in IndexedDB: {url, account, name, at, fields, state, sentence}; one for each checkpoint.
function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("patrols", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("visits", { keyPath: "url" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function store(mode, act) {
  const base = await opened();
  return new Promise((done, failed) => {
    const turn = base.transaction("visits", mode);
    const asked = act(turn.objectStore("visits"));
    turn.oncomplete = () => { base.close(); done(asked.result); };
    turn.onerror = () => failed(turn.error);
  });
}

const all = async () => (await store("readonly", (rows) => rows.getAll())).sort((a, b) => (a.at < b.at ? -1 : 1));
const put = (row) => store("readwrite", (rows) => rows.put(row));
const drop = (url) => store("readwrite", (rows) => rows.delete(url));

async function send(row, token, offline) {
  const data = new FormData();
  for (const [name, value] of row.fields) data.append(name, value);
  data.set("at", row.at);
  if (offline) data.set("offline", "on");
  data.set("csrfmiddlewaretoken", token);
  const answer = await fetch(row.url, {
    method: "POST", body: data, headers: { accept: "application/json" }, redirect: "manual",
    signal: AbortSignal.timeout(SECONDS),
  });
  if (answer.type === "opaqueredirect") throw new Error("signed out");
  return answer.json();
}

async function submit(event) {
  const form = event.target.closest("form[data-check-in]");
  if (!form) return;
  event.preventDefault();
  const fields = [...new FormData(form).entries()].filter(([name]) => name !== "csrfmiddlewaretoken");
  const row = {
    url: form.action, account: words.account, name: form.dataset.name, at: new Date().toISOString(),
    fields, state: "waiting", sentence: "",
  };
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    if (!navigator.onLine) throw new Error("offline");
    const said = await send(row, form.elements.csrfmiddlewaretoken.value, false);
    if (said.outcome === "taken") { location.reload(); return; }
    tell(form, said.sentence);
  } catch {
    await put(row);
    await show();
  }
  button.disabled = false;
}

function tell(form, sentence) {
  const box = form.querySelector("[data-refused]");
  box.textContent = sentence;
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
}

function locate(event) {
  const button = event.target.closest("[data-locate]");
  if (!button) return;
  const form = button.closest("form");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.latitude.value = coords.latitude.toFixed(6);
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.requestSubmit();
    },
    () => tell(form, words.noPosition),
    { enableHighAccuracy: true, timeout: 15_000 },
  );
}

async function show() {
  const rows = await all();
  const box = document.querySelector("[data-queue]");
  box.hidden = !rows.length;
  box.querySelector("ul").replaceChildren(...rows.map(line));
  document.querySelector("[data-offline]").hidden = navigator.onLine;
}

function line(row) {
  const item = document.createElement("li");
  const moment = new Date(row.at).toLocaleString(document.documentElement.lang);
  item.append([row.name, moment, row.sentence || words.waiting].filter(Boolean).join(" · "));
  if (row.state !== "waiting") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words.dismiss;
    button.addEventListener("click", async () => { await drop(row.url); await show(); });
    item.append(" ", button);
  }
  return item;
}

let sending = false;
async function sync() {
  const rows = (await all()).filter((row) => row.state === "waiting");
  if (sending || !rows.length || !navigator.onLine) return;
  sending = true;
  let sent = 0;
  try {
    const answer = await fetch(words.ready, { headers: { accept: "application/json" }, redirect: "manual" });
    if (!answer.ok) throw new Error("signed out");
    const ready = await answer.json();
    for (const row of rows) {
      // What somebody else left on this phone waits for them.
      if (row.account !== ready.account) continue;
      const said = await send(row, ready.token, true);
      if (said.outcome === "taken") { await drop(row.url); sent += 1; }
      else { row.state = said.outcome; row.sentence = said.sentence; await put(row); }
    }
  } catch { /* tried again when there is a connection, and every minute */ }
  sending = false;
  if (sent) location.reload(); else await show();
}

document.addEventListener("submit", submit);
document.addEventListener("click", locate);
if ("geolocation" in navigator) document.querySelectorAll("[data-locate]").forEach((one) => { one.hidden = false; });
addEventListener("online", sync);
addEventListener("offline", show);
setInterval(sync, SECONDS);
show().then(sync);

// What was shown can be read again without a connection, by whoever is signed in and nobody else.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(words.worker).then(() => navigator.serviceWorker.ready).then(({ active }) => {
    const links = [...document.querySelectorAll("[data-keep]")].map((link) => link.href);
    active.postMessage({ account: words.account, keep: [location.href, ...links, ...words.files.split(" ")] });
  });
}
