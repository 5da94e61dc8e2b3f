// An address to share is selected when it has the focus, and its button copies it. Without this file it is copied by hand.
"use strict";
document.documentElement.classList.add("js");

document.addEventListener("focusin", ({ target }) => { if (target.matches("input[readonly]")) target.select(); });
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    if (!document.execCommand("copy")) return;  // the address stays selected
  }
  button.textContent = document.getElementById("status").textContent = button.dataset.copied;
});
