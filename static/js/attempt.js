// The result page: the mark appears by itself, and changes when a person decides.
const place = document.getElementById("mark");
if (place?.dataset.events) {
  const source = new EventSource(place.dataset.events);
  for (const kind of ["score", "review", "job"]) source.addEventListener(kind, renew);
  source.addEventListener("expired", () => source.close());
  window.addEventListener("pagehide", () => source.close());
}

let asked = 0;

async function renew() {
  asked += 1;
  const turn = asked;
  const response = await fetch(place.dataset.status, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok || response.redirected || turn !== asked) return;
  place.innerHTML = await response.text(); // our own server's fragment
}
