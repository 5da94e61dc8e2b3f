// The list of keyboard shortcuts over the page: "?" opens it, or the link in the footer. It is the section of the help page, to
// which the link leads without this file. "?" does nothing while something is typed, and can be turned off (WCAG 2.1.4).
"use strict";
const KEY_OFF = "question-mark=off";  // a cookie that only this file reads: signing out clears the browser's storage
const KEY_OFF_S = 31_536_000;  // a year

const shortcutsLink = document.querySelector('.site-footer a[href$="#shortcuts"]');
let shortcuts = null;  // the list, once it is fetched
let openedFrom = null;
let isFetching = false;

const isKeyOff = () => document.cookie.split("; ").includes(KEY_OFF);

// The checkbox works on the help page, too.
function connectSwitch(section) {
  const part = section.querySelector("[data-shortcut-switch]");
  const box = part.querySelector("input");
  part.hidden = false;
  box.checked = !isKeyOff();
  box.addEventListener("change", () => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${KEY_OFF}; path=/; max-age=${box.checked ? 0 : KEY_OFF_S}; samesite=lax${secure}`;
  });
}

const ownSection = document.getElementById("shortcuts");
if (ownSection) connectSwitch(ownSection);

async function fetchShortcuts() {
  try {
    const response = await fetch(shortcutsLink.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const section = page.getElementById("shortcuts");
    return section && makeList(document.importNode(section, true));
  } catch {
    return null;
  }
}

function makeList(section) {
  const list = document.createElement("div");
  list.className = "shortcut-list";
  list.tabIndex = -1;
  list.setAttribute("role", "dialog");
  list.setAttribute("aria-labelledby", "shortcuts-heading");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: section.dataset.close });
  button.addEventListener("click", closeShortcuts);
  section.removeAttribute("aria-labelledby");
  connectSwitch(section);
  list.append(section, button);
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    closeShortcuts();
  });
  // Whoever tabs out of the list leaves it: it must not cover what has the focus.
  list.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !list.contains(relatedTarget)) list.remove(); });
  return list;
}

function closeShortcuts() {
  shortcuts.remove();
  openedFrom?.focus();
}

// Returns whether the list is shown.
async function openShortcuts() {
  if (isFetching || shortcuts?.isConnected) return true;
  openedFrom = document.activeElement;
  if (ownSection) {
    location.hash = "shortcuts";
    document.getElementById("shortcuts-heading").focus();
    return true;
  }
  if (!shortcuts) {
    isFetching = true;
    shortcuts = await fetchShortcuts();
    isFetching = false;
  }
  if (!shortcuts) return false;
  if (document.activeElement !== openedFrom) return true;  // meanwhile the person went on, perhaps to a field
  document.body.append(shortcuts);
  shortcuts.focus();
  return true;
}

document.addEventListener("keydown", async (event) => {
  if (event.key !== "?" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (event.defaultPrevented || event.target.closest?.("input, textarea, select, [contenteditable]") || isKeyOff()) return;
  event.preventDefault();
  if (!await openShortcuts()) shortcutsLink.focus();
});

shortcutsLink?.addEventListener("click", async (event) => {
  if (ownSection || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!await openShortcuts()) location.assign(shortcutsLink.href);
});

document.addEventListener("click", ({ target }) => {
  if (shortcuts?.isConnected && !shortcuts.contains(target) && target !== shortcutsLink) shortcuts.remove();
});
