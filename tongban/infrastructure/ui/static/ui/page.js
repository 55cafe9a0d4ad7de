/* Small comforts on every page; nothing depends on them. */
(() => {
  // The error summary is read first.
  const summary = document.querySelector(".errors");
  if (summary) {
    summary.focus();
  }

  // On a narrow screen the menu lies in a row: bring the present line into view.
  for (const line of document.querySelectorAll(".nav__list > li > [aria-current], .tabs [aria-current]")) {
    const row = line.closest(".nav__list, .tabs");
    row.scrollLeft = line.offsetLeft - row.offsetLeft - (row.clientWidth - line.offsetWidth) / 2;
  }

  // A group of the menu that lies over the page closes when one turns to something else.
  const over = ".nav__list details[open], .thumb__list details[open]";
  const close = (event) => {
    for (const group of document.querySelectorAll(over)) {
      if (event.type === "keydown" ? event.key === "Escape" : !group.contains(event.target)) {
        group.open = false;
      }
    }
  };
  document.addEventListener("click", close);
  document.addEventListener("keydown", close);

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });

  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // What was typed and not sent yet is not left without a question.
  const typed = new Set(document.querySelectorAll('form[data-unsaved="typed"]'));
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-unsaved]");
    if (form) {
      typed.add(form);
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) {
      typed.clear();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (typed.size) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) {
      window.print();
    }
  });
})();
