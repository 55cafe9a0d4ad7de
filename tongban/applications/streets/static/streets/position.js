// Fills a position in where the device offers one, and says when something was seen; without it the fields are typed.
"use strict";
for (const box of document.querySelectorAll("[data-here]")) {
  if (!("geolocation" in navigator)) continue;
  box.hidden = false;
  const form = box.closest("form");
  const said = box.querySelector("[data-here-said]");
  box.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude.toFixed(6);
        form.elements.longitude.value = coords.longitude.toFixed(6);
        said.textContent = said.dataset.found.replace("@@", Math.round(coords.accuracy));
      },
      () => { said.textContent = said.dataset.failed; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
for (const field of document.querySelectorAll("input[name=seen_at]")) {
  field.form.elements.words.addEventListener("input", () => {
    if (!field.value) field.value = new Date().toISOString();
  }, { once: true });
}
