// A slide can be dragged by its handle to another place. Its menu does the same by keyboard, and on phones.
"use strict";
let dragged = null;
const movableRow = (target) => dragged && target.closest?.("[data-movable]");
const isBelowMiddle = (row, event) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;

function showPlace(row, isBelow) {
  for (const marked of document.querySelectorAll(".is-drop-above, .is-drop-below")) marked.classList.remove("is-drop-above", "is-drop-below");
  row?.classList.add(isBelow ? "is-drop-below" : "is-drop-above");
}

document.addEventListener("dragstart", (event) => {
  const handle = event.target.closest?.(".drag-handle");
  if (!handle) return;
  dragged = handle.closest("[data-slide]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.slide);
  event.dataTransfer.setDragImage(dragged, 0, 0);
});
document.addEventListener("dragover", (event) => {
  const row = movableRow(event.target);
  if (!row) return;
  event.preventDefault();
  showPlace(row, isBelowMiddle(row, event));
});
document.addEventListener("dragend", () => { dragged = null; showPlace(null); });
document.addEventListener("drop", (event) => {
  const row = movableRow(event.target);
  if (!row) return;
  event.preventDefault();
  const next = isBelowMiddle(row, event) ? row.nextElementSibling : row;
  if (next === dragged || next === dragged.nextElementSibling) return;
  const press = document.createElement("button");
  press.name = "do";
  press.value = `to ${dragged.dataset.slide} ${next?.dataset.slide ?? ""}`.trim();
  press.hidden = true;
  const { form } = dragged.querySelector("button");
  form.append(press);
  form.requestSubmit(press);
});
