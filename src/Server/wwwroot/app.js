// Everything here is a comfort: each page and form works without it.

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}

// Before a browser login is handed over: is the waiting command reachable from here at all? If not, say so once and let the person choose.
for (const form of document.querySelectorAll("form[data-probe]")) {
  let asked = false;
  form.addEventListener("submit", async (event) => {
    if (asked || event.submitter?.value !== "authorize") return;
    event.preventDefault();
    asked = true;
    try {
      await fetch(form.dataset.probe, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(1500) });
      form.requestSubmit(event.submitter);
    } catch {
      form.querySelector("[data-unreachable]").hidden = false;
      form.querySelector("[value=copy]").focus();
    }
  });
}

// A menu closes when one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
});
