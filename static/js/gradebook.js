// Marks typed into a column: arrows and Enter move, and each mark is saved when it is left. Without this file the
// form saves all at once.
import { Refused, post, token } from "./requests.js";

const form = document.querySelector("[data-hand-marks]");
if (form) {
  form.addEventListener("keydown", move);
  form.addEventListener("change", (event) => save(event.target));
}

function fields() {
  return [...form.querySelectorAll(".gradebook-mark")];
}

function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
  if (!step || !event.target.matches(".gradebook-mark")) return;
  event.preventDefault();
  const all = fields();
  const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(event.target) + step))];
  event.target.blur(); // saves it, also where there is nowhere further to go
  next.focus();
  next.select();
}

async function save(field) {
  if (!field.matches(".gradebook-mark")) return;
  const row = field.closest("tr");
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token());
  for (const input of row.querySelectorAll("input")) body.set(input.name, input.value);
  try {
    draw(row, await post(form.action, body), false);
  } catch (error) {
    if (error instanceof Refused && error.html) draw(row, error.html, true);
    else field.setAttribute("aria-invalid", "true");
  }
}

// The row that the server answers with; whoever is in the row stays there, and reads what was refused.
function draw(row, html, refused) {
  const place = document.createElement("tbody");
  place.innerHTML = html;
  const fresh = place.querySelector("tr");
  const inside = row.contains(document.activeElement);
  row.replaceWith(fresh);
  const status = form.querySelector("[data-saved]");
  status.textContent = refused ? "" : status.dataset.saved;
  if (inside) fresh.querySelector(".gradebook-mark").focus();
}
