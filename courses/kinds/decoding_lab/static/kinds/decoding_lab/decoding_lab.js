// The decoding lab: steps without reloading, sliders over the distributions, answers that are kept.
// Without this file everything works by forms and reloading.
import { Events } from "../../js/events.js";
import { lostBanner } from "../../js/lost.js";
import { keepAnswers } from "./answers.js";
import { watchSliders } from "./sliders.js";
import { Thread } from "./thread.js";

const KINDS = ["job", "waiting", "run"];

const lab = document.getElementById("lab");
if (lab) start(lab);
else watchSliders(document.body); // a handed-in attempt can still be looked at

function start(root) {
  const thread = new Thread(root);
  watchSliders(root);
  const answers = document.getElementById("answer-form");
  if (answers) keepAnswers(answers, root.dataset);
  if (root.dataset.attempt) follow(root, thread);
}

function follow(root, thread) {
  const banner = lostBanner(root.dataset.textLost);
  const handlers = Object.fromEntries(KINDS.map((kind) => [kind, (data) => thread[kind](data)]));
  const leave = () => location.assign(root.dataset.result);
  return new Events(root.dataset.events, root.dataset.lastEvent, { ...handlers, score: leave, review: leave }, {
    state: (connected) => { banner.hidden = connected; },
    expired: () => {
      banner.hidden = false;
      banner.querySelector("span").textContent = root.dataset.textExpired;
      thread.lock(false);
    },
  });
}
