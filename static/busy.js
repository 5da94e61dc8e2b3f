// While a form is on its way: its buttons do nothing, and after a second a sign says that the page waits.
"use strict";
const SIGN_AFTER_MS = 1_000;  // the limit for an uninterrupted train of thought: Nielsen, Usability Engineering (1993), chapter 5
const PAGE_WAIT_MS = 15_000;  // as long as htmx waits for an answer (defaultTimeout in components/_scripts.html)

function startWaiting(form, button) {
  form.setAttribute("aria-busy", "true");
  for (const other of form.elements) if (other.matches("button")) other.setAttribute("aria-disabled", "true");
  const sign = document.createElement("span");
  sign.className = "busy-sign meta";
  sign.setAttribute("role", "status");
  (button ?? form.querySelector("button"))?.after(sign);
  form.busySign = { sign, timer: setTimeout(() => { sign.textContent = document.querySelector('meta[name="please-wait"]').content; }, SIGN_AFTER_MS) };
}

function stopWaiting(form) {
  if (!form.busySign) return;
  clearTimeout(form.busySign.timer);
  form.busySign.sign.remove();
  delete form.busySign;
  form.removeAttribute("aria-busy");
  for (const other of form.elements) other.removeAttribute("aria-disabled");
}

// A second press while the first is on its way is dropped, before htmx or the browser sees it.
document.addEventListener("submit", (event) => {
  if (event.target.busySign) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (sourceElement.matches("form")) startWaiting(sourceElement, request.submitter);
});
document.addEventListener("htmx:finally:request", (event) => {
  for (const form of [event.detail.ctx.request.form, event.detail.ctx.sourceElement]) if (form?.busySign) stopWaiting(form);
});

// A whole page: the form is free again when the page is shown again, or when no answer came.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.method !== "post") return;
  startWaiting(form, event.submitter);
  setTimeout(() => stopWaiting(form), PAGE_WAIT_MS);
});
window.addEventListener("pageshow", () => { for (const form of document.forms) stopWaiting(form); });
