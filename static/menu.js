// Menus, on the pages of people who are signed in. Menus: one is open at a time. Escape closes it and returns the focus to it, and a click elsewhere closes it.
"use strict";
const MENUS = ".site-menu, .site-nav details, details.menu";
const openMenus = () => [...document.querySelectorAll(MENUS)].filter((menu) => menu.open);
// The head's menus stand beside what they fold, so that it is shown without them where there is room.
const foldedPart = (menu) => (menu.matches(".menu") ? menu : menu.parentElement);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = openMenus().filter((open) => foldedPart(open).contains(document.activeElement)).pop();
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
// A live region says only what changes after the page is loaded.
addEventListener("load", () => {
  const moved = document.querySelector("[data-announce]");
  if (moved) document.getElementById("status").textContent = moved.textContent;
});
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!foldedPart(menu).contains(event.target)) menu.open = false;
});
