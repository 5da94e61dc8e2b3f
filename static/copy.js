// An address to share is selected when it has the focus, and its button copies it; so does the button of a text, such as a
// citation. Without this file they are copied by hand.
"use strict";
document.documentElement.classList.add("js");

document.addEventListener("focusin", ({ target }) => { if (target.matches("input[readonly], .field > textarea[readonly]")) target.select(); });
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(source.value ?? source.innerText);
  } catch {
    if (!document.execCommand("copy")) return;  // it stays selected
  }
  button.textContent = document.getElementById("status").textContent = button.dataset.copied;
});
