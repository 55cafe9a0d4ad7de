// Fills in where the phone is, where it says so. Without it the fields are typed.
"use strict";
for (const name of ["DOMContentLoaded", "steps"]) document.addEventListener(name, offer);
function offer() {
  if ("geolocation" in navigator) document.querySelectorAll("[data-position]").forEach(ready);
}

function ready(box) {
  if (!box.hidden) return;
  box.hidden = false;
  const form = box.closest("form");
  const said = box.querySelector("[data-position-said]");
  const accuracy = form.elements.accuracy_m;  // not every form asks for it
  for (const name of accuracy ? ["latitude", "longitude"] : []) {
    form.elements[name].addEventListener("input", () => { accuracy.value = ""; });
  }
  const button = box.querySelector("[data-position-button]");
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude.toFixed(6);
        form.elements.longitude.value = coords.longitude.toFixed(6);
        if (accuracy) accuracy.value = Math.round(coords.accuracy);
        said.textContent = said.dataset.positionFound.replace("@@", Math.round(coords.accuracy));
        if ("submits" in button.dataset) form.requestSubmit();
      },
      () => { said.textContent = said.dataset.positionFailed; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
