/* Reading aloud, for the care edition: sentence by sentence, showing where it is. */
(() => {
  const bar = document.querySelector("[data-aloud]");
  const main = document.querySelector("main");
  if (!bar || !main || !("speechSynthesis" in window)) {
    return;
  }
  const read = bar.querySelector("[data-aloud-read]");
  const stop = bar.querySelector("[data-aloud-stop]");
  const parts = "h1, h2, h3, h4, p, li, dt, dd, th, td, label, legend, summary, caption, figcaption";
  let queue = [];
  let marked = null;

  const mark = (element) => {
    marked?.classList.remove("reading");
    marked = element;
    if (element) {
      element.classList.add("reading");
      element.scrollIntoView({ block: "center", behavior: "smooth" });
    }
  };

  const finish = () => {
    queue = [];
    window.speechSynthesis.cancel();
    mark(null);
    stop.hidden = true;
    read.hidden = false;
  };

  const next = () => {
    const element = queue.shift();
    if (!element) {
      finish();
      return;
    }
    mark(element);
    const words = new SpeechSynthesisUtterance(element.innerText.trim());
    words.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
    words.rate = 0.9;
    words.onend = () => queue.length || marked === element ? next() : undefined;
    words.onerror = finish;
    window.speechSynthesis.speak(words);
  };

  read.addEventListener("click", () => {
    // The innermost pieces only, so that nothing is read twice.
    queue = [...main.querySelectorAll(parts)].filter(
      (element) => element.checkVisibility() && element.innerText.trim() && !element.querySelector(parts),
    );
    read.hidden = true;
    stop.hidden = false;
    stop.focus();
    next();
  });
  stop.addEventListener("click", finish);
  window.addEventListener("pagehide", () => window.speechSynthesis.cancel());
  bar.hidden = false;
})();
