// The folded part of the navigation closes with Escape, which returns the focus to it, and with a click elsewhere.
"use strict";
const menu = document.querySelector(".site-nav details");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.open || !menu.contains(document.activeElement)) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => { if (menu && !menu.contains(event.target)) menu.open = false; });
