// Show one slide at a time, with list, buttons and keys. Without this file all slides are shown one below the other.
"use strict";
document.documentElement.classList.add("js");

const SWIPE = 40, TAP = 10;  // pixels that a finger moves at least, and at most
const CONTROLS_SHOWN_MS = 3000;

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

  // A slide that is longer than the screen is read from its top, whichever of the buttons turned to it.
  const showTop = () => { if (stage.getBoundingClientRect().top < 0) stage.scrollIntoView(); };

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
    if (turn) {
      show(at + Number(turn.dataset.turnSlides));
      showTop();
    }
    // A link to a source opens its slide; the browser then goes to the row, so that Back returns to the fact.
    const source = event.target.closest('a[href^="#source-"]');
    if (source && pageOf(source.hash) >= 0) show(pageOf(source.hash), false);
    const link = event.target.closest('a[href^="#slide-"]');
    const page = link ? pageOf(link.hash) : -1;
    if (page < 0) return;
    event.preventDefault();
    show(page);
    const list = link.closest(".slide-list"), fold = list?.querySelector("details[open]");
    if (fold) fold.open = false;
    if (fold || !list) stage.focus();
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
  document.addEventListener("fullscreenchange", () => {
    if (whole) whole.textContent = document.fullscreenElement ? whole.dataset.exitFullScreen : whole.dataset.fullScreen;
  });
  if (present) {
    turnByTouch();
    showControlsOnMove();
  }

  // A swipe turns the slide, and so does a tap on a side of the screen, unless on something that can be pressed or on selected text.
  function turnByTouch() {
    let start = null;
    stage.addEventListener("touchstart", (event) => { start = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
    stage.addEventListener("touchend", (event) => {
      const from = start, to = event.changedTouches[0];
      start = null;
      if (!from || event.touches.length || visualViewport.scale > 1.05) return;
      const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) show(at + (x < 0 ? 1 : -1));
      if (Math.hypot(x, y) > TAP || event.target.closest("a, button, summary, input, textarea, select") || String(getSelection())) return;
      const side = (to.clientX - stage.offsetLeft) / stage.offsetWidth;
      if (side < 1 / 3) show(at - 1);
      if (side > 2 / 3) show(at + 1);
    }, { passive: true });
  }

  // In full screen, a mouse that moves shows the controls; they are always shown where there is no mouse.
  function showControlsOnMove() {
    let hide = 0;
    document.addEventListener("mousemove", () => {
      document.documentElement.classList.add("shows-controls");
      clearTimeout(hide);
      hide = setTimeout(() => document.documentElement.classList.remove("shows-controls"), CONTROLS_SHOWN_MS);
    });
  }

  // A link to a slide's comments keeps its address, and shows them below a slide that fills the screen.
  const thread = location.hash.startsWith("#talk-") && document.getElementById(location.hash.slice(1));
  const beside = pageOf(location.hash) < 0 && document.getElementById(location.hash.slice(1));
  show(Math.max(0, pageOf(location.hash)), location.hash.length > 1 && !beside && !thread);
  if (beside) { beside.scrollIntoView({ block: "center" }); beside.focus({ preventScroll: true }); }
  if (thread) thread.scrollIntoView({ block: "center" });
  if (present) stage.focus();
}
