// The playground: sends to all columns at once, shows each answer while it is written, stops a column, keeps a draft.
// Without this file everything works by forms and reloading.
import { Columns } from "./playground/columns.js";
import { Composer } from "./playground/composer.js";
import { Events } from "./events.js";
import { lostBanner } from "./lost.js";

const KINDS = ["job", "snapshot", "delta", "progress", "waiting", "prompt"];
const play = document.getElementById("play");
if (play && document.getElementById("composer")) start(play);

function start(root) {
  const composer = new Composer(root);
  if (!root.dataset.conversation) return;
  const columns = new Columns(root, composer);
  const banner = lostBanner(root.dataset.textLost);
  const handlers = Object.fromEntries(KINDS.map((kind) => [kind, (data) => columns[kind](data)]));
  new Events(root.dataset.events, root.dataset.lastEvent, handlers, {
    state: (connected) => { banner.hidden = connected; },
    expired: () => {
      banner.hidden = false;
      banner.querySelector("span").textContent = root.dataset.textExpired;
    },
  });
}
