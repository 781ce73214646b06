// One stream of server-sent events. It finds its way back after sleep and lost connections, and it rests while nobody
// looks: a browser opens six connections to a site, and a seventh tab must not wait for the first six.
const REST = 20_000; // milliseconds in the background
const AGAIN = 4000; // milliseconds until a refused stream is tried again

export class Events {
  // handlers: {kind: (data) => …}; state: (connected) => …; expired: () => …
  constructor(url, last, handlers, { state = () => {}, expired = () => {} } = {}) {
    this.url = url;
    this.last = last;
    this.handlers = handlers;
    this.state = state;
    this.expired = expired;
    this.source = null;
    this.timer = null;
    this.over = false;
    document.addEventListener("visibilitychange", () => this.look());
    window.addEventListener("online", () => this.open());
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.open(); });
    this.open();
  }

  open() {
    if (this.over || (this.source && this.source.readyState !== EventSource.CLOSED)) return;
    clearTimeout(this.timer);
    this.source = new EventSource(`${this.url}?last_event_id=${this.last}`);
    this.source.onopen = () => this.state(true);
    this.source.onerror = () => this.lost();
    for (const kind of Object.keys(this.handlers)) {
      this.source.addEventListener(kind, (event) => this.heard(kind, event));
    }
    this.source.addEventListener("expired", () => this.end());
  }

  heard(kind, event) {
    if (event.lastEventId) this.last = event.lastEventId;
    this.handlers[kind](JSON.parse(event.data));
  }

  lost() {
    this.state(false);
    if (this.source.readyState === EventSource.CLOSED) this.timer = setTimeout(() => this.open(), AGAIN);
  }

  look() {
    clearTimeout(this.timer);
    if (document.hidden) this.timer = setTimeout(() => this.close(), REST);
    else this.open();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
  }

  end() {
    this.over = true;
    this.close();
    this.expired();
  }
}
