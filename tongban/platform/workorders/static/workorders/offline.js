// Steps on the road: sent at once where there is a connection, kept on the phone where there is none, and sent later with
// the moment at which they were taken. Each has a key, so that what is sent twice is taken once.
"use strict";
const frame = document.querySelector("[data-outdoors]");
const words = frame.dataset;
const AFTER = { accept: "accepted", arrive: "arrived", finish: "finished", return: "returned", verify: "closed", send_back: "rework" };
const SECONDS = 60_000;

// The queue, in IndexedDB: {key, account, order, number, url, move, step, after, at, fields, files, state, sentence}
function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("workorders", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("steps", { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function store(mode, act) {
  const base = await opened();
  return new Promise((done, failed) => {
    const turn = base.transaction("steps", mode);
    const asked = act(turn.objectStore("steps"));
    turn.oncomplete = () => { base.close(); done(asked.result); };
    turn.onerror = () => failed(turn.error);
  });
}

const all = async () => (await store("readonly", (steps) => steps.getAll())).sort((a, b) => (a.at < b.at ? -1 : 1));
const put = (step) => store("readwrite", (steps) => steps.put(step));
const drop = (key) => store("readwrite", (steps) => steps.delete(key));

function body(step, token) {
  const data = new FormData();
  for (const [name, value] of step.fields) data.append(name, value);
  for (const [name, file, called] of step.files) data.append(name, file, called);
  data.set("key", step.key);
  data.set("at", step.at);
  if (step.kept) data.set("offline", "on");
  data.set("csrfmiddlewaretoken", token);
  return data;
}

async function send(step, token) {
  const answer = await fetch(step.url, {
    method: "POST", body: body(step, token), headers: { accept: "application/json" }, redirect: "manual",
    signal: AbortSignal.timeout(SECONDS),
  });
  if (answer.type === "opaqueredirect") throw new Error("signed out");
  return answer.json();
}

async function taken(form) {
  const data = new FormData(form, form.submitter);
  const fields = [], files = [];
  for (const [name, value] of data.entries()) {
    if (name === "csrfmiddlewaretoken") continue;
    if (!(value instanceof File)) fields.push([name, value]);
    else if (value.size) files.push([name, new Blob([await value.arrayBuffer()], { type: value.type }), value.name]);
  }
  return {
    key: crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`,
    account: words.account, order: words.order, number: words.number, url: form.action,
    move: data.get("move"), step: form.dataset.step, at: new Date().toISOString(),
    after: form.dataset.after || "", fields, files, state: "waiting", sentence: "", kept: false,
  };
}

async function submit(event) {
  const form = event.target.closest("form[data-step]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  const step = await taken(form);
  const waiting = (await all()).some((one) => one.order === step.order && one.state === "waiting");
  try {
    if (waiting || !navigator.onLine) throw new Error("offline");
    const said = await send(step, form.elements.csrfmiddlewaretoken.value);
    if (said.next) { location.assign(said.next); return; }
    tell(form, said.sentence);
  } catch {
    step.kept = true;
    await put(step);
    await show();
  }
  button.disabled = false;
}

function tell(form, sentence) {
  let box = form.querySelector("[data-refused]");
  if (!box) {
    box = document.createElement("div");
    box.className = "notice notice--error";
    box.dataset.refused = "";
    box.setAttribute("role", "alert");
    form.prepend(box);
  }
  box.textContent = sentence;
  box.scrollIntoView({ block: "center" });
}

// What waits, in words; and of the order that is looked at, what can be done after it.
async function show() {
  const steps = await all();
  const box = document.querySelector("[data-queue]");
  box.hidden = !steps.length;
  const list = box.querySelector("ul");
  list.replaceChildren(...steps.map(line));
  frame.classList.toggle("is-offline", !navigator.onLine);
  document.querySelector("[data-offline]").hidden = navigator.onLine;
  const mine = steps.filter((step) => step.order === words.order && step.account === words.account && step.state === "waiting");
  const last = mine.map((step) => step.after || AFTER[step.move]).filter(Boolean).at(-1);
  const shown = document.querySelector("[data-steps]");
  if (!shown || !last) return;
  const next = document.querySelector(`template[data-then="${last}"]`);
  shown.replaceChildren(...(next ? [next.content.cloneNode(true)] : []));
  document.dispatchEvent(new Event("steps"));
}

function line(step) {
  const item = document.createElement("li");
  const moment = new Date(step.at).toLocaleString(document.documentElement.lang);
  const said = [step.number, step.step, moment, step.sentence || words.waiting].filter(Boolean).join(" · ");
  item.append(said);
  if (step.state !== "waiting") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words.dismiss;
    button.addEventListener("click", async () => { await drop(step.key); await show(); });
    item.append(" ", button);
  }
  return item;
}

let sending = false;
async function sync() {
  const steps = (await all()).filter((step) => step.state === "waiting");
  if (sending || !steps.length || !navigator.onLine) return;
  sending = true;
  let sent = 0;
  try {
    const answer = await fetch(words.ready, { headers: { accept: "application/json" }, redirect: "manual" });
    if (!answer.ok) throw new Error("signed out");
    const ready = await answer.json();
    for (const step of steps) {
      // What somebody else left on this phone waits for them.
      if (step.account !== ready.account) continue;
      const said = await send(step, ready.token);
      if (said.outcome === "taken") { await drop(step.key); sent += 1; }
      else { step.state = said.outcome; step.sentence = said.sentence; await put(step); }
    }
  } catch { /* tried again when there is a connection, and every minute */ }
  sending = false;
  if (sent && words.order) location.reload(); else await show();
}

document.addEventListener("submit", submit);
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
