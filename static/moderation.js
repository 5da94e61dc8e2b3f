// Keys of the lists in which moderators decide on comments. Those that decide work on the comment with the focus, the others on
// the whole page while nothing is typed. They can be turned off (WCAG 2.1.4). Every button works without this file.
"use strict";
const MODERATION_KEYS_OFF = "moderation-keys=off";  // a cookie that only this file reads, as that of shortcuts.js
const MODERATION_KEYS_OFF_S = 31_536_000;  // a year

const areModerationKeysOff = () => document.cookie.split("; ").includes(MODERATION_KEYS_OFF);
const queuedComments = () => [...document.querySelectorAll("#queue .queued")];

function showModerationSwitch() {
  const button = document.querySelector("[data-keys-switch]");
  if (!button) return;
  button.dataset.turnOff ??= button.textContent;
  button.textContent = areModerationKeysOff() ? button.dataset.turnOn : button.dataset.turnOff;
  document.getElementById("queue").classList.toggle("keys-off", areModerationKeysOff());
}

// Only the buttons of the comment that has or had the focus last are shown.
function makeCurrent(comment) {
  for (const other of queuedComments()) other.classList.toggle("is-current", other === comment);
}

function moveInQueue(comment, step) {
  const comments = queuedComments();
  const next = comments[comments.indexOf(comment) + step];
  if (!next) return;
  makeCurrent(next);
  next.focus();
}

// A button is pressed, and a part that asks for more is opened at its first field. Words that are selected are those to mask.
function decideByKey(comment, key) {
  const control = comment.querySelector(`[data-key="${key}"]`);
  if (!control) return;
  if (control.matches("button")) {
    control.click();
    return;
  }
  control.open = true;
  const words = control.querySelector('[name$="-words"]');
  const selected = String(document.getSelection()).trim();
  if (words && selected && comment.querySelector(".user-text").textContent.includes(selected)) words.value = selected;
  (words ?? control.querySelector("input:checked, input, textarea")).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing || event.repeat) return;
  if (event.defaultPrevented || areModerationKeysOff()) return;
  const field = event.target.closest?.('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]');
  if (field) return;
  const key = event.key.toLowerCase();  // they are shown as capitals, and Caps Lock sends those
  const comment = event.target.closest(".queued") ?? document.querySelector("#queue .queued.is-current");
  const decides = key === "p" || key === "m" || key === "r" || key === "d" || key === "h";
  if (key === "u") document.querySelector('#main .notice form[action*="/undo"] button, .queued.is-current form[action*="/undo"] button')?.click();
  else if (key === "j" && comment) moveInQueue(comment, comment.contains(event.target) ? 1 : 0);
  else if (key === "k" && comment) moveInQueue(comment, comment.contains(event.target) ? -1 : 0);
  else if (decides && comment?.contains(event.target)) decideByKey(comment, key);
  else return;
  event.preventDefault();
});

document.addEventListener("focusin", ({ target }) => {
  const comment = target.closest?.("#queue .queued");
  if (comment) makeCurrent(comment);
});
document.addEventListener("click", ({ target }) => {
  const comment = target.closest?.("#queue .queued");
  if (comment) makeCurrent(comment);
  if (!target.matches?.("[data-keys-switch]")) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${MODERATION_KEYS_OFF}; path=/; max-age=${areModerationKeysOff() ? 0 : MODERATION_KEYS_OFF_S}; samesite=lax${secure}`;
  showModerationSwitch();
});
document.addEventListener("htmx:after:swap", showModerationSwitch);
showModerationSwitch();
