// The function-calling workspace: line numbers, live notes, drafts, and tries that show up by themselves.
// Without this file everything works by forms and reloading.
import { numberLines } from "./editor.js";
import { keepDraft } from "./drafts.js";
import { follow } from "./tries.js";

const root = document.getElementById("calls");
if (root) start(root);

function start(root) {
  const form = document.getElementById("calls-form");
  numberLines(root);
  keepDraft(root, form);
  follow(root, form);
}
