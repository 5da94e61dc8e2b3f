// A workbook can be dragged onto its form, and the page shows how much of it was sent. Without this file, the form is sent as usual.
"use strict";
const uploadPart = (form, name) => form.querySelector(`[data-upload-${name}]`);

function endUpload(form, sentence) {
  uploadPart(form, "status").textContent = sentence;
  uploadPart(form, "progress").hidden = true;
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  form.removeAttribute("aria-busy");
}

// The answer is another page, or this page with what is wrong.
function showAnswer(form, request) {
  if (request.status === 200 && request.responseURL !== form.action) {
    window.location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("form[data-upload]")?.parentElement;
  if (!answer) {
    endUpload(form, form.dataset.failed);
    return;
  }
  form.parentElement.replaceWith(answer);
  watchUpload(answer.querySelector("form[data-upload]"));
  answer.querySelector(".error-summary")?.focus();
}

function sendFile(form) {
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const percent = Math.round(100 * loaded / total);
    uploadPart(form, "progress").value = percent;
    uploadPart(form, "status").textContent = percent < 100 ? form.dataset.sending.replace("#", percent) : form.dataset.reading;
  });
  request.addEventListener("load", () => showAnswer(form, request));
  request.addEventListener("error", () => endUpload(form, form.dataset.failed));
  request.open("POST", form.action);
  request.send(new FormData(form));
  uploadPart(form, "progress").hidden = false;
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
}

function watchUpload(form) {
  const field = form.querySelector("input[type=file]");
  const mark = (event, isOver) => {
    event.preventDefault();
    form.classList.toggle("is-over", isOver);
  };
  form.addEventListener("dragover", (event) => mark(event, true));
  form.addEventListener("dragleave", (event) => mark(event, false));
  form.addEventListener("drop", (event) => {
    mark(event, false);
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    uploadPart(form, "status").textContent = form.dataset.dropped.replace("#", field.files[0].name);
  });
  form.addEventListener("submit", (event) => {
    if (!field.files.length) return;  // the server says what is missing
    event.preventDefault();
    sendFile(form);
  });
  window.addEventListener("pageshow", () => endUpload(form, ""));
}

for (const form of document.querySelectorAll("form[data-upload]")) watchUpload(form);
