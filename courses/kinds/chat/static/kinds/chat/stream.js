// What happens to the attempt, told to the shown conversation.
import { Events } from "../../js/events.js";

const KINDS = ["job", "snapshot", "delta", "waiting", "run"];

export function follow(root, thread, composer) {
  const banner = lostBanner(root);
  const handlers = Object.fromEntries(KINDS.map((kind) => [kind, (data) => thread[kind](data)]));
  const leave = () => location.assign(root.dataset.result);
  return new Events(root.dataset.events, root.dataset.lastEvent, { ...handlers, score: leave, review: leave }, {
    state: (connected) => { banner.hidden = connected; },
    expired: () => {
      banner.hidden = false;
      banner.querySelector("span").textContent = root.dataset.textExpired;
      composer.lock(false);
    },
  });
}

function lostBanner(root) {
  const banner = document.getElementById("offline").cloneNode(true);
  banner.id = "lost";
  banner.hidden = true;
  banner.querySelector("span").textContent = root.dataset.textLost;
  document.getElementById("offline").after(banner);
  return banner;
}
