// The class in session: when something moved, the page asks for its live part again. Whoever works with the keyboard
// stays at the button that has the focus.
import { Events } from "./events.js";

const place = document.getElementById("class-live");
if (place) new Events(place.dataset.classLive, 0, { changed: renew }, { expired: () => location.reload() });

async function renew() {
  try {
    const response = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    if (!response.ok || response.redirected) return;
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.innerHTML = await response.text(); // our own server's fragment
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  } catch { /* offline: the next event asks again */ }
}
