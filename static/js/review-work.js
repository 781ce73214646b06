// One piece of work after the other: keys, the decision, and the next page that was fetched while this one was read.
import { listen } from "./review-keys.js";
import { NotTaken, arrive, goOn, send } from "./review-next.js";
import { beginComment, stepPlace, takeComments } from "./review-comments.js";
import { completeSlash, insertNumbered } from "./review-remarks.js";

const find = (id) => document.getElementById(id);

export function workOn() {
  const digits = Object.fromEntries([0, 1, 2, 3, 4].map((digit) => [digit, () => choose(digit / 4)]));
  listen(
    {
      ...digits,
      j: () => go(active() + 1),
      k: () => go(active() - 1),
      r: () => find("reason")?.focus(),
      a: () => press("approve"),
      c: () => beginComment(),
      "[": () => stepPlace(-1),
      "]": () => stepPlace(1),
      n: () => find("skip")?.requestSubmit(),
      u: () => find("undo")?.requestSubmit(),
      "?": () => find("keys-help")?.showModal(),
    },
    (event) => completeSlash(event) || insertNumbered(event) || save(event) || leave(event),
  );
  document.addEventListener("submit", submitted, true); // before `sendOnce`, which would hold the second one back
  takeComments();
  arrive();
}

function criteria() {
  return [...document.querySelectorAll("[data-criterion]")];
}

function active() {
  return criteria().findIndex((each) => each.hasAttribute("data-active"));
}

function go(place) {
  const all = criteria();
  if (!all.length) return;
  const here = Math.min(all.length - 1, Math.max(0, place));
  all.forEach((each, index) => each.toggleAttribute("data-active", index === here));
  all[here].focus();
  all[here].scrollIntoView({ block: "nearest" });
}

function choose(score) {
  if (active() < 0) go(0);
  const inputs = criteria()[active()]?.querySelectorAll("input[type=radio]") ?? [];
  const choice = [...inputs].find((input) => Number(input.value) === score);
  if (choice) choice.checked = true;
}

function press(id) {
  const button = find(id);
  if (button) button.form.requestSubmit(button);
}

function save(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return false;
  if (event.target.closest("#comment-box")) press("say");
  else find("decision")?.requestSubmit();
  return true;
}

function leave(event) {
  if (event.key !== "Escape" || !event.target.matches("textarea, input")) return false;
  event.target.blur();
  return true;
}

// Decisions, skipping and undoing go by fetch; comments are taken by their own module; the rest reloads the page.
const MOVES = ["decision", "skip", "undo"];

async function submitted(event) {
  const form = event.target;
  const button = event.submitter;
  const isDecision = !button || !button.hasAttribute("formaction") || button.id === "approve";
  if (event.defaultPrevented || !MOVES.includes(form.id) || !isDecision) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  try {
    await goOn(await send(address, new FormData(form, button)));
  } catch (error) {
    if (error instanceof NotTaken) again(form, address);
    else find("unsent")?.removeAttribute("hidden"); // no connection; nothing that was typed is lost
  } finally {
    delete form.dataset.busy;
  }
}

// Signed out, or no grader any more: the server's own page says it.
function again(form, address) {
  form.action = address;
  HTMLFormElement.prototype.submit.call(form);
}
