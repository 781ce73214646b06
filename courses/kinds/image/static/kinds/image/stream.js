// What happens to the attempt, told to the gallery.
import { Events } from "../../js/events.js";
import { lostBanner } from "../../js/lost.js";

const KINDS = ["job", "snapshot", "progress", "waiting", "run"];

export function follow(root, gallery) {
  const banner = lostBanner(root.dataset.textLost);
  const handlers = Object.fromEntries(KINDS.map((kind) => [kind, (data) => gallery[kind](data)]));
  const leave = () => location.assign(root.dataset.result);
  return new Events(root.dataset.events, root.dataset.lastEvent, { ...handlers, score: leave, review: leave }, {
    state: (connected) => { banner.hidden = connected; },
    expired: () => {
      banner.hidden = false;
      banner.querySelector("span").textContent = root.dataset.textExpired;
    },
  });
}
