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
  for (const name of ["latitude", "longitude"]) {
    form.elements[name].addEventListener("input", () => { form.elements.accuracy_m.value = ""; });
  }
  box.querySelector("[data-position-button]").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude.toFixed(6);
        form.elements.longitude.value = coords.longitude.toFixed(6);
        form.elements.accuracy_m.value = Math.round(coords.accuracy);
        said.textContent = said.dataset.positionFound.replace("@@", Math.round(coords.accuracy));
      },
      () => { said.textContent = said.dataset.positionFailed; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
