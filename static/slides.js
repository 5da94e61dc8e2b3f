// Show one slide at a time, with list, buttons and keys. Without this file all slides are shown one below the other.
"use strict";
document.documentElement.classList.add("js");

const stage = document.querySelector("[data-player]");
if (stage) play(stage);
document.querySelector("[data-print]")?.addEventListener("click", () => print());

function play(stage) {
  const pages = [...stage.querySelectorAll(".slide-page")];
  const present = stage.hasAttribute("data-present");
  const where = document.querySelector("[data-slide-position]");
  const back = document.querySelector("[data-exit-link]");
  let at = -1;
  stage.classList.add("is-playing");
  if (present) document.documentElement.classList.add("is-presenting");

  const section = (page) => page.querySelector("section");
  const pageOf = (hash) => {
    const there = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    return there ? pages.findIndex((page) => page.contains(there)) : -1;
  };

  function show(n, keepsInUrl = true) {
    const next = Math.max(0, Math.min(pages.length - 1, n));
    if (next === at) return;
    at = next;
    pages.forEach((page, i) => { page.hidden = i !== at; });
    for (const link of document.querySelectorAll(".slide-list a")) {
      if (link.hash === `#${section(pages[at]).id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (where) announcePosition();
    stage.scrollTop = 0;
    if (keepsInUrl) history.replaceState(null, "", `#${section(pages[at]).id}`);
  }

  // The position is announced with the slide's title, which is visible on the slide itself.
  function announcePosition() {
    const title = document.createElement("span");
    title.className = "visually-hidden";
    title.textContent = ` ${section(pages[at]).querySelector("h1, h2, h3")?.textContent.trim() ?? ""}`;
    where.replaceChildren(where.dataset.slidePosition.replace("#", at + 1), title);
  }

  document.addEventListener("click", (event) => {
    const turn = event.target.closest("[data-turn-slides]");
    if (turn) show(at + Number(turn.dataset.turnSlides));
    const link = event.target.closest('a[href^="#slide-"]');
    const page = link ? pageOf(link.hash) : -1;
    if (page < 0) return;
    event.preventDefault();
    show(page);
    if (!link.closest(".slide-list")) stage.focus();
  });
  addEventListener("hashchange", () => { const page = pageOf(location.hash); if (page >= 0) show(page, false); });

  const canScroll = (by) => (by > 0 ? stage.scrollTop + stage.clientHeight < stage.scrollHeight - 2 : stage.scrollTop > 2);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 1, PageUp: -1 };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const inside = present || event.target.closest?.(".player");
    const { key } = event;
    if (key === "Home" || key === "End") { if (inside || event.target === document.body) { event.preventDefault(); show(key === "Home" ? 0 : pages.length - 1); } return; }
    if (key === "Escape" && present && back && !document.fullscreenElement) { location.assign(back.href); return; }
    const by = steps[key];
    if (!by) return;
    const sideways = key === "ArrowRight" || key === "ArrowLeft";
    if (!sideways && !present) return;
    if (!sideways && canScroll(by)) {
      event.preventDefault();
      stage.scrollBy(0, by * stage.clientHeight * (key.startsWith("Page") ? 0.9 : 0.2));
      return;
    }
    if (sideways && !inside && event.target !== document.body) return;
    event.preventDefault();
    show(at + by);
  });

  const whole = document.querySelector("[data-full-screen]");
  if (whole && !document.fullscreenEnabled) whole.hidden = true;
  whole?.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen().then(() => stage.focus());
  });

  const beside = pageOf(location.hash) < 0 && document.getElementById(location.hash.slice(1));
  show(Math.max(0, pageOf(location.hash)), location.hash.length > 1 && !beside);
  if (beside) { beside.scrollIntoView({ block: "center" }); beside.focus({ preventScroll: true }); }
  const thread = location.hash.startsWith("#talk-") && document.getElementById(location.hash.slice(1));
  if (thread) thread.scrollIntoView({ block: "center" });
  if (present) stage.focus();
}
