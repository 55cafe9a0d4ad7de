// While somebody is on duty and this page is open, their phone says where they are, once a minute.
"use strict";
const form = document.querySelector("[data-duty]");
function say() {
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    form.elements.latitude.value = coords.latitude.toFixed(6);
    form.elements.longitude.value = coords.longitude.toFixed(6);
    form.elements.accuracy_m.value = Math.round(coords.accuracy);
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => {});
  }, () => {}, { enableHighAccuracy: true, timeout: 30000 });
}
if (form && "geolocation" in navigator) {
  say();
  setInterval(say, 60000);
}
