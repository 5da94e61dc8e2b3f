// Enhancements of pages that work without this file. No handler is inline; every listener is on the document.
"use strict";
document.documentElement.classList.add("js");

// Ctrl+Enter (or Command+Enter) presses the first button of the form that has the focus.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest("form[data-submit-shortcut]");
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[name]"));
  }
});

// In "Submit all", the box for every activity without text checks theirs; unchecking one of theirs unchecks it.
document.addEventListener("change", ({ target }) => {
  const all = document.getElementById("nothing-all");
  if (!all || target.name !== all.name) return;
  const codes = all.value.split(" ");
  const boxes = [...all.form.elements].filter((box) => box !== all && box.name === all.name && codes.includes(box.value));
  if (target === all) for (const box of boxes) box.checked = all.checked;
  else all.checked = boxes.every((box) => box.checked);
});
// The box may have been checked before this script ran.
const checkedEarly = document.querySelector("#nothing-all:checked");
checkedEarly?.dispatchEvent(new Event("change", { bubbles: true }));

// "Copy text from last report" copies that text into the field; typed text is never replaced, only added to.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft-from]");
  if (!button) return;
  const words = document.getElementById(button.dataset.draftFrom).textContent.trim();
  const field = document.getElementById(button.dataset.draftTo);
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (!field.value.includes(words)) field.value = field.value.trim() ? `${field.value.trimEnd()}\n${words}` : words;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// Choosing a status that requires a challenge or evidence opens that part of the form, and says what is asked and why.
document.addEventListener("change", ({ target }) => {
  if (!target.matches('[type="radio"][name$="-status"]') || !target.form) return;
  const part = target.closest("form article") ?? target.form;
  for (const fold of part.querySelectorAll("details[data-opens-for]"))
    if (fold.dataset.opensFor.split(" ").includes(target.value)) fold.open = true;
  for (const request of part.querySelectorAll("[data-asked-for]")) {
    request.hidden = request.dataset.askedFor !== target.value;
    if (!request.hidden) document.getElementById("status").textContent = request.textContent.trim();
  }
});

// A text and "Nothing to report" exclude each other: typing clears the mark and says so, ticking it asks which one to keep.
document.addEventListener("input", ({ target }) => {
  const part = target.form?.querySelector("[data-mark-or-text]");
  if (!part) return;
  const mark = part.querySelector('[type="checkbox"]');
  const texts = [...target.form.querySelectorAll('[name$="-progress_en"], [name$="-progress_fr"]')];
  if (target !== mark && !texts.includes(target)) return;
  const hasText = texts.some((field) => field.value.trim());
  const cleared = part.querySelector("[data-mark-cleared]");
  const question = part.querySelector("[data-keep-which]");
  if (target === mark) cleared.hidden = true;
  else if (hasText && mark.checked) {
    mark.checked = cleared.hidden = false;
    document.getElementById("status").textContent = cleared.textContent;
  }
  const asks = mark.checked && hasText;
  if (asks && question.hidden) document.getElementById("status").textContent = question.querySelector("legend").textContent;
  if (!asks) for (const choice of question.querySelectorAll("input")) choice.checked = false;
  question.hidden = !asks;
});

// A link to a field, from this page or another, moves the focus there and opens the details elements around it.
function unfold(hash) {
  const there = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!there) return;
  for (let fold = there.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (there.matches("input, textarea, select")) there.focus();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link) setTimeout(() => unfold(link.hash));
});
unfold(location.hash);

// After a post the outcome has the focus, unless the address points to a field or another part that takes it.
window.addEventListener("load", () => {
  if (document.activeElement !== document.body) return;
  document.getElementById("outcome")?.focus({ preventScroll: location.hash.length > 1 });
});

// In a worklist, a completed row passes the focus to the next empty box, and the last row to the first.
function nextBox(row) {
  const boxes = [...row.closest("[data-worklist]")?.querySelectorAll("textarea") ?? []];
  return boxes.find((box) => row.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING) ?? boxes[0];
}

// After a swap the focus moves to what needs reading: the field that is still to be filled in, the alert, else the new state of
// the row; it stays after a quiet swap.
const quietSwaps = new Set();
function swappedElement(event) {
  const target = event.detail?.ctx?.target ?? event.target;
  return typeof target === "string" ? document.querySelector(target) : target?.id && document.getElementById(target.id);
}
document.addEventListener("htmx:after:swap", (event) => {
  const place = swappedElement(event);
  if (quietSwaps.delete(place?.id) || event.detail?.ctx?.keptTyping) return;
  if (place?.dataset.focusField) return unfold(`#${place.dataset.focusField}`);
  const alert = place && (place.matches('[role="alert"]') ? place : place.querySelector('[role="alert"]'));
  const next = alert ?? (place?.matches("[data-row-done]") ? nextBox(place) : place?.querySelector("[data-focus]"));
  if (next) next.focus();
});

// Near its limit, a text shows how many characters are left; in a form that counts, from the start, but it is only spoken near the
// limit. A longer text that is pasted is not cut, and shows how many are too many.
document.addEventListener("input", (event) => {
  const limit = Number(event.target.dataset.limit);
  if (!limit) return;
  const left = limit - event.target.value.length;
  let note = event.target.nextElementSibling?.matches(".characters-left") ? event.target.nextElementSibling : null;
  const isNear = left <= limit / 10;
  const isShown = isNear || event.target.matches("form[data-counts] textarea");
  if (!note && isShown) {
    note = document.createElement("span");
    note.className = "hint characters-left";
    note.setAttribute("role", "status");
    event.target.after(note);
  }
  if (!note) return;
  note.setAttribute("aria-live", isNear ? "polite" : "off");
  const { charactersLeft, charactersOver } = document.body.dataset;
  const number = Math.abs(left).toLocaleString(`${document.documentElement.lang}-CA`);
  note.textContent = isShown ? (left < 0 ? charactersOver : charactersLeft).replace("#", number) : "";
});
