// One stream of events per page; it finds its way back after sleep and lost connections.
const KINDS = ["job", "snapshot", "delta", "waiting", "run"];
const AGAIN = 4000; // milliseconds until a refused stream is tried again

export function follow(root, thread, composer) {
  const banner = lostBanner(root);
  let last = root.dataset.lastEvent;
  let source = null;

  const open = () => {
    source = new EventSource(`${root.dataset.events}?last_event_id=${last}`);
    source.onopen = () => { banner.hidden = true; };
    source.onerror = () => {
      banner.hidden = false;
      if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN);
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        if (event.lastEventId) last = event.lastEventId;
        thread[kind](JSON.parse(event.data));
      });
    }
    for (const kind of ["score", "review"]) {
      source.addEventListener(kind, () => location.assign(root.dataset.result));
    }
    source.addEventListener("expired", () => {
      source.close();
      banner.hidden = false;
      banner.querySelector("span").textContent = root.dataset.textExpired;
      composer.lock(false);
    });
  };

  open();
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

function lostBanner(root) {
  const banner = document.getElementById("offline").cloneNode(true);
  banner.id = "lost";
  banner.hidden = true;
  banner.querySelector("span").textContent = root.dataset.textLost;
  document.getElementById("offline").after(banner);
  return banner;
}
