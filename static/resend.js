// What could not be sent stays on the page, says why, and can be sent again. An answer that is not ours is never shown.
"use strict";
const OWN_RESPONSE = "Cogwg-Response";  // a header of all our answers, and of no proxy's: cogwg/web/http/headers.py
const PROBE_URL = "/healthz";
const PROBE_MS = 5_000;
const failureNotices = new WeakMap();
let isLeaving = false;
window.addEventListener("pagehide", () => { isLeaving = true; });
window.addEventListener("pageshow", () => { isLeaving = false; });

// The notice stands below the button or link that was pressed. The focus stays where it is, until "Try again" is pressed.
function showFailure(source, button, reason, outcome) {
  hideFailure(source);
  const pressed = button?.isConnected ? button : source.matches("form") ? source.querySelector("button") : source;
  const notice = document.createElement("div");
  notice.className = "failure";
  notice.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = [`failure-${reason}`, outcome].filter(Boolean).map((name) => document.querySelector(`meta[name="${name}"]`).content).join(" ");
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button";
  again.textContent = document.querySelector('meta[name="try-again"]').content;
  again.addEventListener("click", () => {
    pressed.focus();
    hideFailure(source);
    if (source.matches("form")) source.requestSubmit(pressed); else source.click();
  });
  notice.append(words, again);
  (pressed.closest(".actions, .item-actions, .update-choices, p") ?? pressed).after(notice);
  failureNotices.set(source, notice);
}

function hideFailure(source) {
  failureNotices.get(source)?.remove();
  failureNotices.delete(source);
}

const failureReason = (isLate) => isLate ? "late" : navigator.onLine ? "unreachable" : "offline";

// A fragment is HTML with our header. Anything else, such as "502 Bad Gateway" of a proxy, would replace the form.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const { status, headers } = ctx.response;
  if (headers.has(OWN_RESPONSE) && (headers.get("Content-Type") ?? "text/html").startsWith("text/html")) return;
  ctx.failure = failureReason(status === 408 || status === 504);
  event.preventDefault();
});

document.addEventListener("htmx:before:request", (event) => hideFailure(event.detail.ctx.sourceElement));
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const { sourceElement, request } = ctx;
  const hasNoAnswer = ctx.text === undefined && ctx.status.startsWith("error");
  if (isLeaving || !sourceElement.isConnected || !(ctx.failure || hasNoAnswer)) return;
  const reason = ctx.failure ?? failureReason(request.signal.reason === "timeout");
  showFailure(sourceElement, request.submitter, reason, request.method === "POST" ? "may-not-be-saved" : "");
});

// A whole page: its form leaves the page only if there is a server to answer.
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (form.isAnswerable) return void delete form.isAnswerable;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.method !== "post" || !hasUnsavedText(form)) return;
  event.preventDefault();
  hideFailure(form);
  startWaiting(form, submitter);
  const reason = await probeServer();
  stopWaiting(form);
  if (reason) return showFailure(form, submitter, reason, "not-saved");
  form.isAnswerable = true;
  form.requestSubmit(submitter);
});

// A signal that aborts; older browsers cannot make one by itself.
function stopAfter(milliseconds) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

async function probeServer() {
  try {
    const { status, headers } = await fetch(PROBE_URL, { method: "HEAD", cache: "no-store", signal: stopAfter(PROBE_MS) });
    return status >= 502 && !headers.has(OWN_RESPONSE) ? failureReason(status === 504) : "";
  } catch (error) {
    return failureReason(error.name === "AbortError");
  }
}

// The page is older than the cookie, the session or the secret key: the alert has a new token for its forms.
document.addEventListener("htmx:after:swap", () => {
  const alert = document.querySelector("#alerts [data-csrf-token]");
  if (!alert) return;
  renewTokens(alert.dataset.csrfToken);
  alert.removeAttribute("data-csrf-token");
});

function renewTokens(token) {
  for (const field of document.querySelectorAll('input[name$="csrf_token"]')) field.value = token;
}

// The alert of a failed request goes when a request succeeds.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.response.status < 400) document.getElementById("alerts").replaceChildren();
});
