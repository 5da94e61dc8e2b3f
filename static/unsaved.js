// What was typed and is not saved outlives slow answers.
"use strict";

// What the text fields held when a request left.
const valuesSent = new WeakMap();
const textFields = (place) => [...place.querySelectorAll(TEXT_FIELDS)];
document.addEventListener("htmx:before:request", (event) => {
  const main = document.querySelector("main");
  valuesSent.set(event.detail.ctx, new Map(textFields(main).map((field) => [field, field.value])));
});

// A swap never replaces a field that changed since the request left, nor one of another form with unsaved text.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const main = tasks.find((task) => task.type === "main");
  const place = typeof main?.target === "string" ? document.querySelector(main.target) : main?.target;
  const values = valuesSent.get(ctx);
  if (!place?.querySelectorAll || !values) return;
  const source = ctx.sourceElement.closest("form");
  const typed = textFields(place).filter((field) => field.value !==
    (field.form === source || !values.has(field) ? values.get(field) ?? field.defaultValue : field.defaultValue));
  if (!typed.length) return;
  ctx.keptTyping = true;
  const replacements = typed.map((field) => field.id && main.fragment.querySelector(`#${CSS.escape(field.id)}`));
  if (replacements.every(Boolean)) {
    keepFields(ctx, typed, replacements);
    if (ctx.response.status >= 400) return;
    for (const [i, field] of typed.entries())
      if (field.form === source && !replacements[i].value) removeSent(ctx, field, values.get(field));
    return;
  }
  tasks.splice(tasks.indexOf(main), 1);
  keepForm(place, main.fragment, values, ctx.response.status < 400);
});

// The new state has these fields too: htmx moves them over as they are, with the attributes of the new ones.
function keepFields(ctx, typed, replacements) {
  const focused = document.activeElement;
  typed.forEach((field, i) => {
    for (const { name, value } of replacements[i].attributes) field.setAttribute(name, value);
    replacements[i].setAttribute("hx-preserve", "");
  });
  if (!typed.includes(focused)) return;
  const { selectionStart, selectionEnd } = focused;
  ctx.refocus = () => {
    if (document.activeElement === focused) return;
    focused.focus();
    if (selectionStart !== null) focused.setSelectionRange(selectionStart, selectionEnd);
  };
}
document.addEventListener("htmx:after:swap", (event) => event.detail.ctx.refocus?.());

// An empty field in the new state means that what was sent is on the page now. What was typed before or after it remains.
function removeSent(ctx, field, sentText) {
  if (!sentText) return;
  const { value, selectionStart } = field;
  const isBefore = value.endsWith(sentText);
  if (!isBefore && !value.startsWith(sentText)) return;
  const rest = isBefore ? value.slice(0, -sentText.length).trimEnd() : value.slice(sentText.length).trimStart();
  const caret = isBefore ? selectionStart : selectionStart - (value.length - rest.length);
  const refocus = ctx.refocus;
  ctx.refocus = () => {
    refocus?.();
    field.value = rest;
    if (selectionStart !== null) field.setSelectionRange(Math.max(0, caret), Math.max(0, caret));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
}

// The new state has no such field: the form stays, from now on based on what was saved, and says what is left to save.
function keepForm(place, fragment, values, isSaved) {
  const form = [...place.querySelectorAll("form")].find((other) => other.querySelector('textarea, input:not([type="hidden"])'));
  const saved = fragment.querySelector("[data-version]");
  if (isSaved && saved) {
    Object.assign(place.dataset, saved.dataset);
    delete place.dataset.focusNextRow;
    for (const field of form.querySelectorAll('[name$="version"]')) field.value = saved.dataset.version;
    for (const field of textFields(form)) field.defaultValue === field.value || (field.defaultValue = values.get(field) ?? "");
  }
  const note = form.querySelector(".unsaved-note") ?? document.createElement("p");
  note.className = "unsaved-note meta";
  note.setAttribute("role", "status");
  placeForNote(form).append(note);
  note.textContent = document.querySelector(`meta[name="${isSaved ? "saved" : "refused"}-while-typing"]`).content;
  scrollIntoSight(note);
}

// Below the field being typed in, where it is seen; otherwise beside the buttons.
function placeForNote(form) {
  const focused = document.activeElement;
  const field = focused.form === form && focused.matches(TEXT_FIELDS) && focused.closest(".field");
  return field || form.querySelector(".actions:not(.unsaved-offer *), .sticky-bar") || form;
}
