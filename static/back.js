// A page that answers a form takes the address of the page with the form. Going back to it, or reloading it, then opens that page
// instead of asking whether to send the form again, which Chromium answers with an error: nothing stores such a page.
"use strict";
for (const form of document.querySelectorAll('form[method="post"]:not([action])')) form.setAttribute("action", location.href);
history.replaceState(history.state, "", document.currentScript.dataset.formUrl + location.hash);
