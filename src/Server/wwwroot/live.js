// Keeps the page of a running update up to date. Without it, the page has a link that reloads it.

const view = document.getElementById("update");
const element = (html) => Object.assign(document.createElement("template"), { innerHTML: html }).content.firstElementChild;

// Failed rows come first, then what is under way, then what was done last.
const before = (a, b) => a.dataset.rank - b.dataset.rank || b.dataset.sequence - a.dataset.sequence;

function put(list, row) {
  const old = document.getElementById(row.id);
  if (old) {
    old.querySelector(".head").replaceChildren(...row.querySelector(".head").childNodes);
    old.className = row.className;
    Object.assign(old.dataset, row.dataset);
    row = old; // what changes in it may be open
  }
  const next = [...list.children].find((other) => other !== row && before(row, other) < 0);
  if (!old || row.nextElementSibling !== (next ?? null)) list.insertBefore(row, next ?? null);
}

function change({ data }) {
  const told = JSON.parse(data);
  const result = document.getElementById("update-result");
  if (result.textContent !== told.result) result.textContent = told.result;
  result.className = `result ${told.resultClass}`;
  document.getElementById("update-counts").innerHTML = told.counts;
  document.getElementById("messages-count").textContent = told.messages || "";
  const [errors, list, messages] = ["update-errors", "changes", "messages"].map((id) => document.getElementById(id));
  if (errors) errors.innerHTML = told.errors;
  if (list) {
    told.gone.forEach((id) => document.getElementById(id)?.remove());
    told.rows.forEach((html) => put(list, element(html)));
    while (list.children.length > list.dataset.most) list.lastElementChild.remove();
    document.getElementById("no-changes").hidden = list.children.length > 0;
  }
  if (messages) {
    told.said.map(element).filter((said) => !document.getElementById(said.id)).forEach((said) => messages.append(said));
  }
}

async function reload() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const open = [...document.querySelectorAll("#changes details[open]")].map((details) => details.parentElement.id);
  view.replaceChildren(...page.getElementById("update").childNodes);
  open.forEach((id) => document.querySelector(`#${id} details`)?.setAttribute("open", ""));
}

if (view?.dataset.live) {
  const events = new EventSource(`${view.dataset.live}?after=${view.dataset.after}`);
  events.addEventListener("change", change);
  events.addEventListener("end", (event) => {
    events.close();
    change(event);
    reload();
  });
}
