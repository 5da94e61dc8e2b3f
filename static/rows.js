// My updates: one row is open at a time, a saved draft leads to the next row to do, and the bar below counts the rows.
"use strict";
let opening = "", field = "";  // the row that a click opens, and "#" with the id of the field that the link names

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open-row]");
  if (link && event.isTrusted) [opening, field] = [link.closest("article").id, link.hash];
});

document.addEventListener("htmx:after:swap", (event) => {
  const row = swappedElement(event);
  if (row?.matches("[data-focus-next-row]")) goToNext(row);
  if (row?.matches("article.is-open:not(.has-errors)")) {
    closeOthers(row);
    if (row.id === opening) field ? unfold(field) : row.querySelector('form :is([type="radio"]:checked, textarea)')?.focus();
    opening = "";
    if (row.contains(document.activeElement)) scrollIntoSight(row);
  }
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
    link.click();
  }
}

// The focus moves to the title of the next row to do, which opens; after the last to "Submit all".
function goToNext(row) {
  const rows = [...document.querySelectorAll("article[data-stage]")];
  const next = rows.slice(rows.indexOf(row) + 1).find((other) => other.dataset.stage === "to-do");
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
