/* A file is taken as soon as it is chosen: one after the other, with progress, a way to stop, and what went wrong
   beside it. Without script the button under each line does it, and "continue" takes every chosen file along. */
(() => {
  "use strict";

  class Uploads {
    constructor(form) {
      this.form = form;
      this.waiting = [];
      this.running = null; // the upload that is under way
      this.after = null; // the button that was pressed meanwhile
      this.row = form.querySelector("template[data-upload-row]");
      this.said = form.querySelector("[data-upload-said]");
      if (!this.row) return;
      for (const button of form.querySelectorAll("[data-upload-button]")) button.hidden = true;
      form.addEventListener("change", (event) => this.chosen(event.target));
      document.addEventListener("submit", (event) => this.sent(event), true);
      window.addEventListener("beforeunload", (event) => {
        if (this.running) event.preventDefault();
      });
    }

    chosen(input) {
      if (input.type !== "file" || !input.dataset.maxBytes) return;
      const files = [...input.files];
      input.value = "";
      for (const old of input.closest("[data-material]").querySelectorAll(".file--wrong")) old.remove();
      for (const file of files) this.take(input, file);
    }

    take(input, file) {
      const box = this.row.content.firstElementChild.cloneNode(true);
      box.querySelector("[data-name]").textContent = file.name;
      input.closest(".upload").before(box);
      const upload = { input, file, box, code: input.closest("[data-material]").dataset.material, request: null };
      box.querySelector("[data-stop]").addEventListener("click", () => this.stop(upload));
      box.querySelector("[data-retry]").addEventListener("click", () => this.queue(upload));
      const endings = input.accept.split(",").filter((word) => word.startsWith("."));
      const ending = file.name.includes(".") ? `.${file.name.split(".").pop().toLowerCase()}` : "";
      if (file.size > Number(input.dataset.maxBytes)) this.wrong(upload, "tooLarge", input.dataset.maxMb);
      else if (ending && !endings.includes(ending)) this.wrong(upload, "wrongKind", input.dataset.kinds);
      else this.queue(upload);
    }

    queue(upload) {
      upload.box.classList.remove("file--wrong");
      upload.box.querySelector("[data-wrong]").replaceChildren();
      this.controls(upload, true);
      this.waiting.push(upload);
      this.next();
    }

    next() {
      if (this.running) return;
      this.running = this.waiting.shift() ?? null;
      if (this.running) this.send(this.running);
      else this.goOn();
    }

    send(upload) {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
      body.append("code", upload.code);
      body.append("file", upload.file);
      const button = this.form.querySelector("[data-upload-button]");
      const request = new XMLHttpRequest();
      upload.request = request;
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) upload.box.querySelector("progress").value = event.loaded / event.total;
      });
      request.addEventListener("load", () => this.answered(upload, request));
      request.addEventListener("error", () => this.failed(upload));
      request.open("POST", button.formAction.split("#")[0]);
      request.send(body);
    }

    answered(upload, request) {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const line = page.querySelector(`[data-material="${upload.code}"]`);
      const problem = line?.querySelector("[data-problem]");
      if (problem) {
        this.wrong(upload, null, problem.textContent);
      } else if (line && request.status < 400) {
        upload.box.remove();
        const here = this.form.querySelector(`[data-material="${upload.code}"]`);
        here.querySelector("[data-problem]")?.remove();
        here.querySelector("[data-papers]").replaceWith(document.adoptNode(line.querySelector("[data-papers]")));
        this.say("done", upload.file.name);
      } else {
        this.wrong(upload, "failed", "", true);
      }
      this.done();
    }

    failed(upload) {
      this.wrong(upload, "failed", "", true);
      this.done();
    }

    done() {
      this.running = null;
      this.next();
    }

    stop(upload) {
      upload.request?.abort();
      this.waiting = this.waiting.filter((other) => other !== upload);
      upload.box.remove();
      this.say("stopped", upload.file.name);
      upload.input.focus();
      if (this.running === upload) this.done();
    }

    wrong(upload, kind, detail, again = false) {
      const text = kind ? this.said.dataset[kind].replace("@@", detail) : detail;
      const said = document.createElement("span");
      said.className = "field__error";
      said.textContent = text;
      upload.box.querySelector("[data-wrong]").replaceChildren(said);
      upload.box.classList.add("file--wrong");
      this.controls(upload, false, again);
      this.after = null;
    }

    controls(upload, running, again = false) {
      upload.box.querySelector("progress").hidden = !running;
      upload.box.querySelector("[data-stop]").hidden = !running;
      upload.box.querySelector("[data-retry]").hidden = !again;
    }

    say(kind, name) {
      this.said.textContent = this.said.dataset[kind].replace("@@", name);
    }

    // Whoever goes on while a file is under way goes on when it is there.
    sent(event) {
      if (event.target !== this.form || !this.running) return;
      event.preventDefault();
      event.stopPropagation();
      this.after = event.submitter;
      this.after?.setAttribute("aria-busy", "true");
    }

    goOn() {
      const button = this.after;
      this.after = null;
      for (const busy of this.form.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
      if (button) this.form.requestSubmit(button);
    }
  }

  for (const form of document.querySelectorAll("form[data-uploads]")) new Uploads(form);
})();
