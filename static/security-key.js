// A button asks the browser for the person's security key. What the key answers goes into the form's hidden field, and the form
// is sent. The server chose the options, with the challenge, and checks the answer.
"use strict";
document.documentElement.classList.add("js");

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

for (const button of document.querySelectorAll("[data-key-options]")) {
  const status = button.closest("[data-security-key]").querySelector("[data-key-status]");
  if (window.PublicKeyCredential) {
    button.addEventListener("click", () => askForKey(button, status));
  } else {
    button.hidden = true;
    status.textContent = button.dataset.unsupported;
  }
}

async function askForKey(button, status) {
  status.textContent = button.dataset.waiting;
  button.disabled = true;
  try {
    button.form.elements.key_answer.value = JSON.stringify(await answer(JSON.parse(button.dataset.keyOptions)));
  } catch (error) {
    const sentences = { InvalidStateError: button.dataset.known, SecurityError: button.dataset.unsupported };
    status.textContent = sentences[error.name] ?? button.dataset.failed;
    button.disabled = false;
    button.focus();
    return;
  }
  button.form.submit();
}

// Options to add a key have a user, those to sign in have none. JSON has each binary value as base64url text.
async function answer(options) {
  options.challenge = toBytes(options.challenge);
  for (const key of options.excludeCredentials ?? options.allowCredentials) key.id = toBytes(key.id);
  if (options.user) options.user.id = toBytes(options.user.id);
  const ask = options.user ? "create" : "get";
  const { id, rawId, type, response } = await navigator.credentials[ask]({ publicKey: options });
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const binary = names.filter((name) => response[name]).map((name) => [name, toText(response[name])]);
  return { id, rawId: toText(rawId), type, response: { ...Object.fromEntries(binary), transports: response.getTransports?.() } };
}
