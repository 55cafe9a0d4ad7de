// Asks the device for a passkey, and sends its answer with the form. Without script one signs in by password.
"use strict";
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials || []).map((one) => ({ ...one, id: bytes(one.id) })),
  };
  const key = await navigator.credentials.create({ publicKey });
  const { response } = key;
  return {
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: key.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports ? response.getTransports() : [],
    },
  };
}

async function shown(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
  const key = await navigator.credentials.get({ publicKey });
  const { response } = key;
  return {
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: key.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-failed]");
  const missing = form.querySelector("[data-passkey-missing]");
  const button = form.querySelector("button[type=submit]");
  if (!window.PublicKeyCredential) continue;
  missing.hidden = true;
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    failed.hidden = true;
    const options = JSON.parse(document.getElementById("passkey-options").textContent);
    try {
      const answer = form.dataset.passkey === "make" ? await made(options) : await shown(options);
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
