/* Questions that follow from an answer come while one types on: only they are put in, everything else stays untouched.
   Rows of a table come and go at once. Without script both happen with the next page. */
(() => {
  "use strict";
  const asked = new WeakMap(); // form -> the last question to the server

  const boxes = (part) => [...part.querySelectorAll("[data-question]")];

  // Only the answer to the last question counts: an older one may come later.
  async function ask(form) {
    asked.get(form)?.abort();
    const turn = new AbortController();
    asked.set(form, turn);
    form.setAttribute("aria-busy", "true");
    const sent = new FormData(form);
    for (const [name, value] of [...sent]) {
      if (value instanceof File) sent.delete(name);
    }
    sent.append("_reload", "1");
    const address = form.getAttribute("action") || window.location.href;
    try {
      const answer = await fetch(address, { method: "POST", body: sent, signal: turn.signal });
      const text = await answer.text();
      const found = new DOMParser().parseFromString(text, "text/html").querySelectorAll("form .eform");
      if (answer.ok && found.length && asked.get(form) === turn) mergeAll(form, [...found]);
    } catch {
      // Out of reach for the moment: the questions come with the next page.
    } finally {
      if (asked.get(form) === turn) form.removeAttribute("aria-busy");
    }
  }

  // A page may show several steps, and an answer of one bring questions of another.
  function mergeAll(form, found) {
    const names = found.map((part) => part.id);
    for (const part of form.querySelectorAll(".eform")) {
      part.hidden = !names.includes(part.id);
      if (part.hidden) merge(part, document.createElement("div"));
    }
    let last = null;
    for (const wanted of found) {
      const part = document.getElementById(wanted.id);
      if (part) merge(part, wanted);
      else if (last) last.after(document.adoptNode(wanted));
      else form.querySelector(".eform").before(document.adoptNode(wanted));
      last = document.getElementById(wanted.id);
    }
  }

  function merge(part, found) {
    const here = new Map(boxes(part).map((box) => [box.dataset.question, box]));
    const wanted = boxes(found);
    const names = wanted.map((box) => box.dataset.question);
    const more = wanted.filter((box) => !here.has(box.dataset.question) || here.get(box.dataset.question).hidden);
    for (const [name, box] of here) show(box, names.includes(name));
    for (const box of wanted) {
      if (!here.has(box.dataset.question)) put(part, document.adoptNode(box));
    }
    part.querySelector("[name=_shown]").value = names.join(" ");
    const told = part.querySelector("[data-more]");
    if (told) told.textContent = more.length ? told.dataset.more : "";
  }

  function put(part, box) {
    const order = Number(box.dataset.order);
    const next = boxes(part).find((other) => Number(other.dataset.order) > order);
    if (next) next.before(box);
    else boxes(part).at(-1).after(box);
  }

  // What was typed into a question stays in it, should the question come back.
  function show(box, on) {
    if (box.hidden !== on) return;
    box.hidden = !on;
    const controls = box.querySelectorAll("input, select, textarea, button");
    for (const control of controls) {
      if (!on && !control.disabled) {
        control.disabled = true;
        control.dataset.rests = "";
      } else if (on && "rests" in control.dataset) {
        control.disabled = false;
        delete control.dataset.rests;
      }
    }
  }

  const rowsOf = (table) => [...table.querySelectorAll("[data-row]")];

  function addRow(table) {
    const last = rowsOf(table).at(-1);
    const row = last.cloneNode(true);
    for (const said of row.querySelectorAll(".field__error")) said.remove();
    for (const box of row.querySelectorAll(".field--wrong")) box.classList.remove("field--wrong");
    for (const control of row.querySelectorAll("input, select, textarea")) {
      control.value = "";
      control.removeAttribute("aria-invalid");
    }
    last.after(row);
    number(table);
    row.querySelector("input, select, textarea").focus();
  }

  function takeOut(table, row) {
    const rows = rowsOf(table);
    const at = rows.indexOf(row);
    row.remove();
    number(table);
    (rows[at - 1] ?? rows[at + 1]).querySelector("input, select, textarea").focus();
    table.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Rows are counted anew, in names, in ids and for the reader.
  function number(table) {
    const rows = rowsOf(table);
    const path = table.dataset.question;
    const before = new RegExp(`((?:^|\\s|q-)${path}\\.)\\d+`, "g");
    rows.forEach((row, index) => {
      for (const node of [row, ...row.querySelectorAll("*")]) {
        for (const name of ["id", "name", "for", "value", "aria-describedby"]) {
          const said = name === "value" && node.name !== "_remove" ? null : node.getAttribute(name);
          if (said) node.setAttribute(name, said.replace(before, `$1${index}`));
        }
      }
      for (const said of row.querySelectorAll("[data-row-number]")) {
        said.textContent = said.textContent.replace(/\d+/, index + 1);
      }
      row.querySelector("[name=_remove]").hidden = rows.length < 2;
    });
    table.querySelector("[name=_add]").hidden = rows.length >= Number(table.dataset.most);
  }

  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-decides]");
    if (box) ask(box.closest("form"));
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".eform button[name=_add], .eform button[name=_remove]");
    if (!button) return;
    event.preventDefault();
    const table = button.closest("[data-question]");
    if (button.name === "_add") addRow(table);
    else takeOut(table, button.closest("[data-row]"));
    table.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
