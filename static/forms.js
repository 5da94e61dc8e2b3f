// What the other scripts ask about a form, and do to it. It comes before them: a page in use may have run only some of them.
"use strict";
const TEXT_FIELDS = 'textarea, input:not([type="hidden"], [type="radio"], [type="checkbox"], [type="password"])';
const SIGN_AFTER_MS = 1_000;  // the limit for an uninterrupted train of thought: Nielsen, Usability Engineering (1993), chapter 5

// Whether something in this form was typed or chosen since it was shown.
function isChanged(form) {
  return [...form.elements].some((control) => control.matches('[type="radio"], [type="checkbox"]')
    ? control.checked !== control.defaultChecked
    : control.matches("select") ? control.selectedIndex !== Math.max(0, [...control.options].findIndex((o) => o.defaultSelected))
    : control.matches(TEXT_FIELDS) && control.value !== control.defaultValue);
}

// A form that was refused shows again what was typed, so it differs from what is saved although nothing changed since. Where a
// button beside the forms was refused, they show what is saved.
function wasRefused(form) {
  const summary = document.querySelector("main .error-summary");
  return summary && (form.contains(summary) || !summary.closest("form, [data-refused-button]"));
}

function hasUnsavedText(form) {
  const fields = [...form.elements].filter((control) => control.matches(TEXT_FIELDS));
  const refused = wasRefused(form);
  return form.matches("[data-unsaved]") || fields.some((f) => f.value !== f.defaultValue || (refused && f.value));
}

// The buttons of a form that is on its way, or a button that sends by itself, do nothing; after a second a sign says that the page
// waits, in words of the form if it says what takes long.
function startWaiting(form, button) {
  form.setAttribute("aria-busy", "true");
  for (const other of form.elements ?? [form]) if (other.matches("button")) other.setAttribute("aria-disabled", "true");
  const sign = document.createElement("span");
  sign.className = "busy-sign meta";
  sign.setAttribute("role", "status");
  (button ?? form.querySelector("button"))?.after(sign);
  form.busySign = { sign, timer: setTimeout(() => { sign.textContent = form.dataset.busy ?? document.querySelector('meta[name="please-wait"]').content; }, SIGN_AFTER_MS) };
}

function stopWaiting(form) {
  if (!form.busySign) return;
  clearTimeout(form.busySign.timer);
  form.busySign.sign.remove();
  delete form.busySign;
  form.removeAttribute("aria-busy");
  for (const other of form.elements ?? [form]) other.removeAttribute("aria-disabled");
}

// Scroll as far as needed, or to the beginning of what is higher than the screen; what has the focus stays in view. The style's
// scroll-padding leaves room for the sticky bar.
function scrollIntoSight(place) {
  place.scrollIntoView({ block: place.offsetHeight > innerHeight - 160 ? "start" : "nearest" });
  if (place.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
}
