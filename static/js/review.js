// Reviewing without a mouse. In the list: j, k, Enter. On an attempt: j, k, digits, r, Ctrl+Enter.
const RENEW = 4 * 60_000; // milliseconds; a claim lasts ten minutes

const table = document.querySelector("[data-rows]");
const decision = document.getElementById("decision");
if (table) walkRows(table);
if (decision) decide(decision);

function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, select, input:not([type=radio])");
}

function walkRows(list) {
  const rows = [...list.tBodies[0].rows];
  let here = -1;
  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    const step = { j: 1, k: -1 }[event.key];
    if (step) {
      here = Math.min(rows.length - 1, Math.max(0, here + step));
      rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === here)));
      rows[here].querySelector("a").focus();
    }
  });
}

function decide(form) {
  const criteria = [...form.querySelectorAll("[data-criterion]")];
  let here = 0;
  const go = (place) => {
    here = Math.min(criteria.length - 1, Math.max(0, place));
    criteria.forEach((each, index) => each.toggleAttribute("data-active", index === here));
    criteria[here]?.focus();
    criteria[here]?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (isTyping(event) || !criteria.length) return;
    if (event.key === "j") go(form.querySelector("[data-active]") ? here + 1 : 0);
    if (event.key === "k") go(here - 1);
    if (event.key === "r") { event.preventDefault(); form.elements.reason.focus(); }
    if (/^[0-4]$/.test(event.key)) choose(criteria[here], Number(event.key) / 4);
  });
  setInterval(() => keep(form), RENEW);
}

function choose(criterion, score) {
  const choice = [...criterion.querySelectorAll("input")].find((input) => Number(input.value) === score);
  if (choice) choice.checked = true;
}

function keep(form) {
  fetch(form.dataset.claim, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } }).catch(() => {});
}
