// The class in session: when something moved, the page asks for its live part again. Whoever works with the keyboard
// stays at the button that has the focus.
import { Events } from "./events.js";
import { part } from "./requests.js";

const place = document.getElementById("class-live");
if (place) new Events(place.dataset.classLive, 0, { changed: renew }, { expired: () => location.reload() });

async function renew() {
  const drawn = await part(location.href);
  if (drawn === null) return; // the next event asks again
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.innerHTML = drawn;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
