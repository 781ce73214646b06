// The result page: the mark appears by itself, and changes when a person decides.
import { Events } from "./events.js";

let asked = 0;
const place = document.getElementById("mark");
if (place) new Events(place.dataset.events, place.dataset.lastEvent, { score: renew, review: renew, job: renew });



async function renew() {
  asked += 1;
  const turn = asked;
  const response = await fetch(place.dataset.status, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok || response.redirected || turn !== asked) return;
  const before = place.querySelector(".score-hero")?.textContent;
  place.innerHTML = await response.text(); // our own server's fragment
  document.dispatchEvent(new Event("athanor:news")); // the bell may have something, too
  const news = document.getElementById("news");
  if (place.querySelector(".score-hero")?.textContent !== before) news.textContent = news.dataset.text;
}
