// While a form is on its way: its buttons do nothing, and after a second a sign says that the page waits.
"use strict";
const PAGE_WAIT_MS = 15_000;  // as long as htmx waits for an answer (defaultTimeout in components/_scripts.html)
const LONG_WAIT_MS = 60_000;  // for a form that says what takes long

// A second press while the first is on its way is dropped, before htmx or the browser sees it.
document.addEventListener("submit", (event) => {
  if (event.target.busySign) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// The same for a button that sends by itself what the form of other buttons contains.
document.addEventListener("click", (event) => {
  if (!event.target.closest("button")?.busySign) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (sourceElement.matches("form")) startWaiting(sourceElement, request.submitter);
  else if (sourceElement.matches("button[hx-post]")) startWaiting(sourceElement, sourceElement);
});
document.addEventListener("htmx:finally:request", (event) => {
  for (const form of [event.detail.ctx.request.form, event.detail.ctx.sourceElement]) if (form?.busySign) stopWaiting(form);
});

// A whole page: the form is free again when the page is shown again, or when no answer came.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.method !== "post") return;
  startWaiting(form, event.submitter);
  setTimeout(() => stopWaiting(form), form.dataset.busy ? LONG_WAIT_MS : PAGE_WAIT_MS);
});
window.addEventListener("pageshow", () => { for (const form of document.forms) stopWaiting(form); });
