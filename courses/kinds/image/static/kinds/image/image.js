// The image workspace: sends prompts, shows pictures while they are made, compares, keeps drafts.
// Without this file everything works by forms and reloading.
import { Gallery } from "./gallery.js";
import { Maker } from "./maker.js";
import { follow } from "./stream.js";
import { keepDraft } from "./drafts.js";
import { compareInPlace } from "./comparison.js";

const studio = document.getElementById("studio");
if (studio) start(studio);

function start(root) {
  const maker = new Maker(root);
  const gallery = new Gallery(root, maker);
  keepDraft(root, maker, gallery);
  compareInPlace(root, gallery);
  if (root.dataset.attempt) follow(root, gallery);
}
