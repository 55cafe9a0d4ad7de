/* Asks whoever is about to be signed out whether they go on. Without script the server saves what is sent too late. */
(() => {
  const dialog = document.getElementById("session-end");
  if (!dialog || typeof dialog.showModal !== "function") {
    return;
  }
  const warn = Number(dialog.dataset.warn);
  const left = dialog.querySelector("[data-left]");
  const renewing = dialog.querySelector("[data-renew]");
  const closing = dialog.querySelector("[data-close]");
  const words = left.dataset.left;
  let ends = Date.now() + Number(dialog.dataset.seconds) * 1000;
  let asking = false;
  let isOver = false;

  const show = (when) => {
    for (const part of dialog.querySelectorAll("[data-when]")) {
      part.hidden = part.dataset.when !== when;
    }
  };

  const say = (seconds) => {
    // Every ten seconds is enough: whoever has it read aloud hears it each time.
    const rounded = Math.ceil(seconds / 10) * 10;
    const text = words.replace("{m}", Math.floor(rounded / 60)).replace("{s}", rounded % 60);
    if (left.textContent !== text) {
      left.textContent = text;
    }
  };

  const ask = async (renew) => {
    const answer = await fetch(`${dialog.dataset.address}${renew ? "?renew" : ""}`, { credentials: "same-origin" });
    return answer.ok ? (await answer.json()).seconds : 0;
  };

  const over = () => {
    isOver = true;
    show("over");
    renewing.hidden = true;
    closing.hidden = false;
    if (!dialog.open) {
      dialog.showModal();
    }
    closing.focus();
  };

  const look = async () => {
    const seconds = (ends - Date.now()) / 1000;
    if (isOver || asking || seconds > warn) {
      return;
    }
    if (dialog.open && seconds > 0) {
      say(seconds);
      return;
    }
    // Another page of ours may have been at work meanwhile.
    asking = true;
    try {
      const there = await ask(false);
      ends = Date.now() + there * 1000;
      if (there > warn) {
        dialog.close();
      } else if (there <= 0) {
        over();
      } else if (!dialog.open) {
        say(there);
        dialog.showModal();
      }
    } catch {
      ends = Math.max(ends, Date.now() + 5000);
    } finally {
      asking = false;
    }
  };

  renewing.addEventListener("click", async () => {
    const there = await ask(true);
    ends = Date.now() + there * 1000;
    if (there <= 0) {
      over();
    } else if (there <= warn) {
      show("last");
      renewing.hidden = true;
      closing.hidden = false;
    } else {
      dialog.close();
    }
  });
  closing.addEventListener("click", () => dialog.close());
  dialog.addEventListener("cancel", (event) => {
    // Escape says what the first button says.
    if (!renewing.hidden) {
      event.preventDefault();
      renewing.click();
    }
  });
  window.setInterval(look, 1000);
})();
