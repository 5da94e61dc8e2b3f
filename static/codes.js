// Recovery codes are printed, copied or downloaded by a button. Without this file they are copied by hand.
"use strict";
document.documentElement.classList.add("js");

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-codes]");
  if (!button) return;
  const { codes: what, done } = button.dataset;
  if (what === "print") return print();
  const text = [...document.querySelectorAll(".recovery-codes code")].map((code) => code.textContent).join("\n");
  if (what === "copy") {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(document.querySelector(".recovery-codes"));
      if (!document.execCommand("copy")) return;  // the codes stay selected
    }
  } else {
    const href = URL.createObjectURL(new Blob([`${what}\n\n${text}\n`], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href, download: "cogwg-codes.txt" }).click();
    URL.revokeObjectURL(href);
  }
  document.getElementById("status").textContent = button.textContent = done;
});
