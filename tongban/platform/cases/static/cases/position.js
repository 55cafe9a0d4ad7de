// Fills the inspector's position in where the phone offers one. Without it the fields are typed.
"use strict";
for (const box of document.querySelectorAll("[data-position]")) {
  if (!("geolocation" in navigator)) continue;
  box.hidden = false;
  const form = box.closest("form");
  const said = box.querySelector("[data-position-said]");
  // What is typed afterwards is no longer what the device found.
  for (const name of ["latitude", "longitude"]) {
    form.elements[name].addEventListener("input", () => {
      form.elements.position_by.value = "hand";
      form.elements.accuracy_m.value = "";
    });
  }
  box.querySelector("[data-position-button]").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude.toFixed(6);
        form.elements.longitude.value = coords.longitude.toFixed(6);
        if (form.elements.accuracy_m) form.elements.accuracy_m.value = Math.round(coords.accuracy);
        form.elements.position_by.value = "device";
        said.textContent = said.dataset.positionFound.replace("@@", Math.round(coords.accuracy));
      },
      () => { said.textContent = said.dataset.positionFailed; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
