// What a person typed and did not save is kept for them on the server, and offered when they open the form again. Leaving the page
// asks first if it would be lost.
"use strict";
const KEEP_AFTER_MS = 3_000;  // after the last key, wikidPad's default: https://wikidpad.sourceforge.net/help/WpOptionsAutoSave.html
const KEEP_AT_LATEST_MS = 15_000;  // after the first change, for those who type without a pause: the same page
const LOOK_AGAIN_MS = [500, 2_000, 5_000];  // for text that was on its way when the page was asked for; as long as SAVE_WAITS_MS and more
const SAVE_WAITS_MS = 2_000;  // for text on its way: within the 10 s that hold attention, less than busy.js and htmx wait

const autosaves = new WeakMap();  // of each form: its timer, when it began to change, the request on its way, whether it was announced
const wording = (name) => document.querySelector(`meta[name="${name}"]`).content;
const autosavePart = (form) => form?.querySelector("[data-autosave]");
// The names of fields that are numbered by their place in a list: another version of the form may have another item there.
const isNumbered = (form, name) => Boolean(autosavePart(form).dataset.numbered) && new RegExp(autosavePart(form).dataset.numbered).test(name);
// A form that submits and saves nothing: what is chosen in it counts like what is typed.
const isToSubmit = (form) => autosavePart(form)?.dataset.toSubmit !== undefined;
const hasSomethingToKeep = (form) => (isToSubmit(form) ? isChanged(form) : hasUnsavedText(form));
const openOffer = (form) => form.querySelector(".unsaved-offer:not([hidden])");

function autosaveOf(form) {
  if (!autosaves.has(form)) autosaves.set(form, {});
  return autosaves.get(form);
}

// Whether what the form contains is on the server; whether leaving would lose a change: it waits, or its request ends with the page.
const isTextKept = (form) => Boolean(autosaves.get(form)?.isKept);
const isLostByLeaving = (form) => {
  const { timer, request, outlivesPage } = autosaves.get(form) ?? {};
  return Boolean(timer || (request && !outlivesPage));
};

// The state of each control that was changed; all of them if the form was refused, because it shows again what was typed.
function changedControls(form) {
  const all = wasRefused(form);
  const states = [];
  for (const control of form.elements) {
    const { name, value } = control;
    if (!name) continue;
    if (control.matches('[type="radio"], [type="checkbox"]')) {
      if (all || control.checked !== control.defaultChecked) states.push([control.checked ? "on" : "off", name, value]);
    } else if (control.matches("select")) {
      const wasSelected = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
      if (all || wasSelected?.value !== value) states.push(["list", name, value]);
    } else if (control.matches(TEXT_FIELDS) && (all ? value : value !== control.defaultValue)) {
      states.push(["text", name, value]);
      if (isNumbered(form, name)) states.push(["was", name, control.defaultValue]);
    }
  }
  return states;
}

function schedule(form, delay = KEEP_AFTER_MS) {
  const autosave = autosaveOf(form);
  autosave.since ??= Date.now();
  autosave.isKept = autosave.isCancelled = false;
  clearTimeout(autosave.timer);
  autosave.timer = setTimeout(() => keep(form), Math.min(delay, Math.max(0, autosave.since + KEEP_AT_LATEST_MS - Date.now())));
}

function unschedule(form) {
  const autosave = autosaveOf(form);
  clearTimeout(autosave.timer);
  autosave.timer = autosave.since = null;
}

// One request at a time, so that an older text does not replace a newer one.
function keep(form, isLeaving = false, isBeingSent = false) {
  const autosave = autosaveOf(form);
  if (autosave.request && !isLeaving) return schedule(form);
  unschedule(form);
  const offer = openOffer(form);
  if (offer && keptStates(offer).every((state) => isShown(form, offer, state, true))) offer.remove();
  else if (offer && !isBeingSent) return showSentence(form, wording("restore-or-discard-first"), true);
  if (!hasSomethingToKeep(form)) return form.elements.autosaved && discard(form);
  autosave.outlivesPage = isLeaving;
  if (isLeaving) rememberLeaving(form);
  const controls = changedControls(form);
  const isNew = (state) => controls.every(([, name]) => name !== state.dataset.name);
  // Earlier text that is offered and was not restored stays beside it.
  if (openOffer(form)) controls.push(...keptStates(offer).filter(isNew).map((state) => [state.dataset.control, state.dataset.name, state.textContent]));
  const request = send(form, "", controls, isLeaving).then(([sentence, retries]) => {
    if (autosave.request === request) autosave.request = null;
    autosave.isKept = Boolean(sentence) && !autosave.timer && !autosave.request;
    if (sentence) markKept(form);
    else if (retries && form.isConnected) schedule(form, KEEP_AT_LATEST_MS);
    return sentence;
  });
  autosave.request = request;
}

// Returns the sentence of our server; nothing else, such as the page of a proxy, counts as kept.
async function send(form, path, controls, isLeaving) {
  const part = autosavePart(form);
  const base = form.elements[part.dataset.baseField]?.value ?? "";
  const body = new URLSearchParams([["form", part.dataset.autosave], ["base", base], ["csrf_token", form.querySelector('[name$="csrf_token"]')?.value ?? ""], ["opened_by", form.querySelector('[name="opened_by"]')?.value ?? ""]]);
  for (const [kind, name, value] of controls) body.append(`${kind}:${name}`, value);
  try {
    const response = await fetch(wording("autosave-url") + path, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: isLeaving });
    const { kept: sentence, refused, token } = await response.json().catch(() => ({}));
    if (token) renewTokens(token);
    if (!path) showSentence(form, sentence ?? refused ?? wording("text-not-kept"), sentence === undefined);
    return [sentence, response.status >= 500];
  } catch {
    if (!path) showSentence(form, wording("text-not-kept"), true);
    return ["", true];
  }
}

// Saving the form deletes what it kept: the form says so when it is sent.
function markKept(form) {
  if (form.elements.autosaved) return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "autosaved", value: autosavePart(form).dataset.autosave });
  autosavePart(form).append(field);
}

function discard(form) {
  autosaveOf(form).isKept = false;
  for (const field of form.querySelectorAll('[name="autosaved"]')) field.remove();
  form.querySelector(".autosave-line")?.remove();
  return send(form, "/discard", [], true);
}

// The sentence stands below the field being typed in. It is read out the first time and when something is wrong, not at each pause.
function showSentence(form, sentence, isProblem) {
  const autosave = autosaveOf(form);
  const line = form.querySelector(".autosave-line") ?? document.createElement("span");
  const isNew = isProblem ? line.textContent !== sentence : !autosave.wasAnnounced || line.matches(".is-problem");
  line.className = `autosave-line meta${isProblem ? " is-problem" : ""}`;
  line.textContent = sentence;
  if (!line.isConnected || (isNew && isProblem)) {
    placeForNote(form).append(line);
    if (form.contains(document.activeElement)) scrollIntoSight(line);
  }
  // The warning before a session ends is announced in the same place, and matters more.
  if (isNew && !document.querySelector("[data-time-limit]:not([hidden])")) document.getElementById("status").textContent = sentence;
  autosave.wasAnnounced ||= !isProblem;
}

document.addEventListener("input", (event) => { if (autosavePart(event.target.form)) schedule(event.target.form); });

// A save waits until the text on its way has arrived, so that it does not come back after the save.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const offer = autosavePart(form) && openOffer(form);
  if (offer && keptTexts(offer).length && keptTexts(offer).every((text) => isShown(form, offer, text))) {
    offer.remove();
    markKept(form);
  }
  const autosave = isToSubmit(form) ? autosaveOf(form) : autosaves.get(form);
  if (!autosave) return;
  unschedule(form);
  if (autosave.mayLeave) return;
  if (isToSubmit(form) && isChanged(form) && !autosave.isKept) keepWhatIsSent(form);
  if (!autosave.request) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  const latest = new Promise((resolve) => setTimeout(resolve, SAVE_WAITS_MS));
  Promise.race([autosave.request, latest]).then(() => { autosave.request = null; autosave.mayLeave = true; form.requestSubmit(submitter); autosave.mayLeave = false; });
}, true);

// What is sent to be reviewed is kept at once, so that "Back" shows it.
function keepWhatIsSent(form) {
  const autosave = autosaveOf(form);
  autosave.request = Promise.resolve(autosave.request).then(() => {
    autosave.request = null;
    keep(form, false, true);
    return autosave.request;
  });
}

// Ask before leaving a page with text that would be lost: not for a form that is being sent, nor after the link that discards it,
// nor for text that is kept. Text that is not kept yet is sent while the question stands, before the next page is asked for.
let sent = null;
document.addEventListener("submit", (event) => { sent = event.defaultPrevented ? null : event.target; });
document.addEventListener("click", (event) => { sent = event.target.closest("[data-discard], [data-close-row]")?.closest("form") ?? sent; });
window.addEventListener("pageshow", () => { sent = null; });
window.addEventListener("beforeunload", (event) => {
  const forms = [...document.querySelectorAll('main form[method="post"]')];
  const isLost = (form) => (hasUnsavedText(form) ? !isTextKept(form) : form.matches("[data-choices]") && isChanged(form));
  const unsaved = forms.filter((form) => form !== sent && isLost(form));
  if (!unsaved.length) return;
  event.preventDefault();
  for (const form of unsaved) if (isLostByLeaving(form)) keep(form, true);
});

// Leaving the page, or closing the browser on a phone, does not wait for the pause.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return;
  for (const form of document.forms) if (isLostByLeaving(form)) keep(form, true);
});

// The next page may be made before the text arrives. It then looks again for the text of the forms that were left.
function rememberLeaving(form) {
  const keys = new Set(leftForms()).add(autosavePart(form).dataset.autosave);
  sessionStorage.setItem("left-forms", JSON.stringify({ at: Date.now(), keys: [...keys] }));
}

function leftForms() {
  const { at, keys } = JSON.parse(sessionStorage.getItem("left-forms") ?? "{}");
  return Date.now() - at < 2 * Math.max(...LOOK_AGAIN_MS) ? keys : [];
}

const emptyPlaces = () => leftForms().flatMap((key) => [...document.querySelectorAll(`[data-offer-place="${CSS.escape(key)}"]:empty`)]);

async function lookAgain() {
  if (!emptyPlaces().length) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const place of emptyPlaces()) {
    const offered = page.querySelector(`[data-offer-place="${CSS.escape(place.dataset.offerPlace)}"]`);
    place.replaceChildren(...offered?.children ?? []);
  }
  reviewForms();
}

// "Cancel" gives up what was typed: the row closes once it is no longer kept. Earlier text that is still offered stays.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-close-row]");
  const form = link?.closest("form");
  if (!form || !autosavePart(form)) return;
  const autosave = autosaveOf(form);
  if (autosave.isCancelled || openOffer(form) || !(autosave.timer || autosave.request || form.elements.autosaved)) return unschedule(form);
  event.preventDefault();
  event.stopImmediatePropagation();
  unschedule(form);
  autosave.isCancelled = true;
  const latest = new Promise((resolve) => setTimeout(resolve, SAVE_WAITS_MS));
  Promise.race([latest, Promise.resolve(autosave.request).then(() => discard(form))]).then(() => link.click());
}, true);

// "Keep their version" gives up one's own text.
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-discard]")?.closest("form");
  if (form?.elements.autosaved && autosavePart(form)) discard(form);
});

// What was kept is offered if it is not what the form contains already. Text that was refused, or not sent, is kept again; text
// that the browser filled in after "Back" may be saved already.
function review(form) {
  const offer = form.querySelector(".unsaved-offer");
  if (offer) reviewOffer(form, offer);
  if (!openOffer(form) && (autosaves.has(form) || wasRefused(form) || isToSubmit(form)) && hasSomethingToKeep(form)) schedule(form);
}

const controlsNamed = (form, name) => [...form.elements].filter((control) => control.name === name);

// The controls that a kept state belongs to. If another version is saved since, a numbered text field is recognized by what it
// contained before: if no field contains that now, or two do, the text belongs to none.
function controlsOf(form, offer, { dataset: { control: kind, name } }) {
  const base = form.elements[autosavePart(form).dataset.baseField];
  if (!isNumbered(form, name) || (base?.value ?? "") === offer.dataset.base) return controlsNamed(form, name);
  const was = offer.querySelector(`[data-control="was"][data-name="${CSS.escape(name)}"]`)?.textContent;
  if (kind !== "text" || !was) return [];
  const same = [...form.elements].filter((control) => isNumbered(form, control.name) && control.defaultValue === was);
  return same.length === 1 ? same : [];
}

// Whether the form contains this state, or, for ``orSaved``, contained it when it was last saved.
function isShown(form, offer, state, orSaved = false) {
  const { dataset: { control: kind }, textContent: value } = state;
  const controls = controlsOf(form, offer, state);
  if (kind === "on" || kind === "off") return controls.some((control) => control.value === value && control.checked === (kind === "on"));
  const isSame = (text) => text.trim() === value.trim();
  return controls.some((control) => isSame(control.value) || (orSaved && isSame(control.defaultValue))) || (kind === "text" && !controls.length && !value.trim());
}

const keptStates = (offer) => [...offer.querySelectorAll('[data-control]:not([data-control="was"])')];
const keptTexts = (offer) => [...offer.querySelectorAll('[data-control="text"]')];

function reviewOffer(form, offer) {
  // A refused form shows what was sent, which is newer than what was kept.
  const texts = keptTexts(offer);
  const states = wasRefused(form) && texts.length ? texts : keptStates(offer);
  if (states.every((state) => isShown(form, offer, state))) {
    offer.remove();
    markKept(form);
    return;
  }
  if (!offer.hidden) return;
  if (isToSubmit(form) && cameBack && !isChanged(form)) {
    restore(form, offer, false);
    unschedule(form);
    autosaveOf(form).isKept = !offer.isConnected;
    if (!offer.isConnected) return;
  }
  for (const text of keptTexts(offer)) {
    const [control] = controlsOf(form, offer, text);
    text.lang = control?.lang ?? "";
    text.previousElementSibling.textContent = control?.labels[0]?.firstChild.textContent ?? "";
  }
  for (let fold = offer.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  offer.hidden = false;
  if (keptTexts(offer).length && keptTexts(offer).every((text) => !controlsOf(form, offer, text).length)) offerToCopy(offer);
  else document.getElementById("status").textContent = offer.querySelector("p").textContent;
}

// Texts whose field is gone stay to be copied. Saving the form does not delete them.
function offerToCopy(offer) {
  const sentence = offer.querySelector(".unsaved-fieldless");
  sentence.hidden = false;
  offer.querySelector("details").open = true;
  offer.querySelector("[data-restore-text]").remove();
  document.getElementById("status").textContent = sentence.textContent;
}

// The form is then based on the version that the text began from: if a newer one is saved, saving shows both.
function restore(form, offer, takesFocus = true) {
  const matched = keptStates(offer).map((state) => [state, controlsOf(form, offer, state)]);
  const base = form.elements[autosavePart(form).dataset.baseField];
  if (base) base.value = offer.dataset.base;
  let first = null;
  for (const [{ dataset: { control: kind }, textContent: value }, controls] of matched) {
    for (const control of controls) {
      if (kind === "on" || kind === "off") {
        if (control.value !== value) continue;
        control.checked = kind === "on";
      } else control.value = value;
      for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      control.dispatchEvent(new Event("change", { bubbles: true }));
      control.dispatchEvent(new Event("input", { bubbles: true }));
      if (kind === "text") first ??= control;
    }
  }
  for (const [state, controls] of matched) {
    if (state.dataset.control !== "text" || (!controls.length && state.textContent.trim())) continue;
    state.previousElementSibling.remove();
    state.remove();
  }
  if (keptTexts(offer).length) offerToCopy(offer);
  else {
    offer.remove();
    markKept(form);
  }
  if (takesFocus) (first ?? offer.querySelector("summary"))?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-restore-text], [data-discard-text]");
  if (!button) return;
  const { form } = button;
  const offer = button.closest(".unsaved-offer");
  if (button.matches("[data-restore-text]")) return restore(form, offer);
  offer.remove();
  discard(form);
  if (hasUnsavedText(form)) schedule(form);
  form.querySelector("textarea, input[type='text']")?.focus();
});

// A page that shows again what was typed says what its fields contained before: what differs from that is not saved.
for (const part of document.querySelectorAll("[data-to-submit]")) {
  for (const [name, before] of Object.entries(JSON.parse(part.dataset.toSubmit))) {
    for (const control of controlsNamed(part.closest("form"), name)) {
      const { value, checked } = control;
      if (control.type === "radio") Object.assign(control, { defaultChecked: control.value === before, checked });
      else Object.assign(control, { defaultValue: before, value });
    }
  }
}

// After "Back", or in a page that the browser opens again, what was kept is shown at once in a form that only submits.
const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";

function reviewForms() {
  for (const part of document.querySelectorAll("[data-autosave]")) review(part.closest("form"));
}
document.addEventListener("htmx:after:swap", reviewForms);
document.addEventListener("htmx:finally:request", reviewForms);
// After "Back" the browser fills in the form again once the page is loaded.
window.addEventListener("pageshow", reviewForms);
if (!cameBack) reviewForms();
for (const delay of emptyPlaces().length ? LOOK_AGAIN_MS : []) setTimeout(lookAgain, delay);
