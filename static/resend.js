// A form that could not be sent, or not be saved, can be sent again from where it stands.
"use strict";

// The page is older than the cookie, the session or the secret key: the alert has a new token for its forms.
document.addEventListener("htmx:after:swap", () => {
  const alert = document.querySelector("#alerts [data-csrf-token]");
  if (!alert) return;
  for (const field of document.querySelectorAll('input[name$="csrf_token"]')) field.value = alert.dataset.csrfToken;
  alert.removeAttribute("data-csrf-token");
});

// The alert of a failed request goes when a request succeeds.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.response.status < 400) document.getElementById("alerts").replaceChildren();
});
