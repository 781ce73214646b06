// The result page: the mark appears by itself, and changes when a person decides.
import { Events } from "./events.js";
import { part } from "./requests.js";

let asked = 0;
const place = document.getElementById("mark");
if (place) new Events(place.dataset.events, place.dataset.lastEvent, { score: renew, review: renew, job: renew });

async function renew() {
  asked += 1;
  const turn = asked;
  const drawn = await part(place.dataset.status);
  if (drawn === null || turn !== asked) return;
  const before = place.querySelector(".score-hero")?.textContent;
  place.innerHTML = drawn;
  document.dispatchEvent(new Event("athanor:news")); // the bell may have something, too
  const news = document.getElementById("news");
  if (place.querySelector(".score-hero")?.textContent !== before) news.textContent = news.dataset.text;
}
