// Two minutes before the session ends the page says so, and a button extends it. Another tab may have extended it, so the
// server is asked first; asking does not extend it.
"use strict";
const WARN_BEFORE_MS = 120_000;  // WCAG 2.2.1 asks for 20 seconds; two minutes leave time to finish a sentence
const ASK_AGAIN_MS = 10_000;  // how late a tab may notice that another one has extended the session

const timeLimit = document.querySelector("[data-time-limit]");
if (timeLimit) watchTimeLimit(timeLimit);

function watchTimeLimit(bar) {
  const form = bar.querySelector("form");
  const signIn = bar.querySelector("a");
  const heading = document.getElementById("time-limit-heading");
  const sentence = document.getElementById("time-limit-sentence");
  const hint = bar.querySelector("[data-tab-hint]");
  const status = document.getElementById("status");
  let endsAt = Date.now() + Number(bar.dataset.timeLimit) * 1000;
  let shownHeading = "";
  let returnTo = null;
  let timer = 0;

  function askIn(wait) {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(1000, wait));
  }

  async function ask() {
    askIn(ASK_AGAIN_MS);
    accept(await send());
  }

  // The answer, or null if there is none: no network, or an answer that is not the product's.
  async function send(options) {
    try {
      const response = await fetch(form.action, options);
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  function accept(answer) {
    if (answer) {
      endsAt = Date.now() + answer.seconds * 1000;
      heading.textContent = answer.heading;
      sentence.textContent = answer.sentence;
      form.hidden = answer.is_final;
      signIn.hidden = answer.seconds > 0;
    }
    const left = endsAt - Date.now();
    if (left > WARN_BEFORE_MS) {
      shownHeading = "";
      hide();
      askIn(left - WARN_BEFORE_MS);
      return;
    }
    show();
    if (answer?.seconds === 0) clearTimeout(timer);
    else askIn(Math.min(ASK_AGAIN_MS, left));
  }

  // The focus goes to the warning, except from a field: there Tab leads to it, so that no typed character is lost.
  function show() {
    if (heading.textContent === shownHeading) return;
    shownHeading = heading.textContent;
    const focused = document.activeElement;
    const isField = focused.matches("input, textarea, select");
    bar.hidden = false;
    hint.hidden = !isField;
    if (bar.contains(focused) && focused.getClientRects().length) return;
    if (!bar.contains(focused)) returnTo = focused;
    if (!isField) {
      firstControl().focus();
      return;
    }
    status.textContent = `${heading.textContent}. ${sentence.textContent} ${hint.textContent}`;
    if (focused.getBoundingClientRect().top < bar.offsetHeight) scrollBy(0, focused.getBoundingClientRect().top - bar.offsetHeight);
  }

  const firstControl = () => form.hidden ? (signIn.hidden ? bar.querySelector("[data-hide]") : signIn) : form.querySelector("button");

  function hide() {
    if (bar.hidden) return;
    const hadFocus = bar.contains(document.activeElement);
    bar.hidden = true;
    if (hadFocus) returnTo?.focus();
    returnTo = null;
  }

  document.addEventListener("keydown", (event) => {
    if (bar.hidden) return;
    const isInside = bar.contains(document.activeElement);
    if (event.key === "Escape" && (isInside || !hint.hidden)) hide();
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || hint.hidden) return;
    hint.hidden = true;
    if (isInside) return;
    event.preventDefault();
    returnTo = document.activeElement;
    firstControl().focus();
  });
  bar.querySelector("[data-hide]").addEventListener("click", hide);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send({ method: "POST", body: new FormData(form) });
    if (answer) {
      status.textContent = answer.outcome ?? "";
      accept(answer);
    } else {
      sentence.textContent = form.dataset.failed;
      status.textContent = form.dataset.failed;
    }
  });

  // A page that was in the background, or came back by the Back button, may have missed the time.
  const lookAgain = () => { if (!document.hidden && Date.now() > endsAt - WARN_BEFORE_MS) ask(); };
  document.addEventListener("visibilitychange", lookAgain);
  window.addEventListener("focus", lookAgain);
  window.addEventListener("pageshow", (event) => { if (event.persisted) lookAgain(); });
  askIn(endsAt - Date.now() - WARN_BEFORE_MS);
}
