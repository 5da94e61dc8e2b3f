// My updates: one row is open at a time, a saved draft leads to the next row to do, and the bar below counts the rows.
"use strict";
let opening = "", field = "";  // the row that a click opens, and "#" with the id of the field that the link names
let openedId = "";  // the row that was opened last; the rows that close above it move it
const folding = new Set();  // the rows that are closing

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open-row]");
  if (link && event.isTrusted) [opening, field] = [link.closest("article").id, link.hash];
});

document.addEventListener("htmx:after:swap", (event) => {
  const row = swappedElement(event);
  if (row?.matches("[data-focus-next-row]")) goToNext(row);
  const opened = document.getElementById(openedId);
  if (folding.delete(row?.id) && opened?.contains(document.activeElement)) scrollIntoSight(opened);
  if (row?.matches("article.is-open:not(.has-errors)")) {
    openedId = row.id;
    closeOthers(row);
    if (row.id === opening) field ? unfold(field) : row.querySelector('form :is([type="radio"]:checked, textarea)')?.focus();
    opening = "";
    if (row.contains(document.activeElement)) scrollIntoSight(row);
  }
  const lastChange = document.getElementById("last-change");
  if (lastChange && row?.dataset.lastChange) lastChange.textContent = row.dataset.lastChange;
  // A row above that became higher or lower moves the title that has the focus.
  if (row?.matches("article") && document.activeElement.matches("[data-focus]")) document.activeElement.scrollIntoView({ block: "nearest" });
  countStages();
});

// The other open rows become text again, except those with something that is not saved.
function closeOthers(row) {
  for (const other of document.querySelectorAll("article.is-open:not(.has-errors)")) {
    const link = other.querySelector("[data-close-row]");
    if (other === row || !link || isChanged(other.querySelector("form"))) continue;
    quietSwaps.add(other.id);
    folding.add(other.id);
    link.click();
  }
}

// The focus moves to the title of the next row to do or to correct, which opens: first those below, then those above. If none is
// left, it moves to "Submit all".
function goToNext(row) {
  const rows = [...document.querySelectorAll("article[data-stage]")];
  const at = rows.indexOf(row);
  const next = [...rows.slice(at + 1), ...rows.slice(0, at)].find((other) => ["to-do", "to-correct"].includes(other.dataset.stage));
  next?.querySelector("[data-open-row]")?.click();
  (next?.querySelector("[data-focus]") ?? document.querySelector("#submit-bar a") ?? row.querySelector("[data-focus]")).focus();
}

function countStages() {
  for (const number of document.querySelectorAll("#submit-bar [data-count]"))
    number.textContent = document.querySelectorAll(`article[data-stage="${number.dataset.count}"]`).length;
  const isDone = !document.querySelector('article[data-stage]:not([data-stage="in"])');
  for (const part of document.querySelectorAll("#submit-bar [data-until-done]")) part.hidden = isDone;
  for (const part of document.querySelectorAll("#submit-bar [data-when-done]")) part.hidden = !isDone;
}
