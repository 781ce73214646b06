// The steps on the shown branch: sends what the buttons ask for, and draws what the server computed.
import { Refused, SignedOut, freshKey, get, post } from "../../js/requests.js";
import { waitingText } from "../../js/waiting.js";

const SILENCE = 15_000; // milliseconds without news after which the server is asked
const GOING_ON = ["queued", "leased", "running"];

export class Thread {
  constructor(root) {
    this.root = root;
    this.form = document.getElementById("lab-form");
    this.box = document.getElementById("thread");
    this.fault = document.getElementById("fault");
    this.announcer = document.getElementById("announcer");
    this.ended = new Set(); // jobs: a fast step may end before the page has its place
    this.news = Date.now();
    this.listen();
  }

  get leaf() { return this.box.firstElementChild?.dataset.leaf ?? ""; }
  get active() { return this.box.querySelector("[data-active].lab-turn"); }

  listen() {
    if (this.root.dataset.attempt) {
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.send(event.submitter);
      });
    }
    this.root.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-stop-form]")) return;
      event.preventDefault();
      this.stop(event.target);
    });
    this.box.addEventListener("click", (event) => {
      const link = event.target.closest("[data-leaf-link]");
      if (!link) return;
      event.preventDefault();
      this.show(link.dataset.leafLink);
    });
    setInterval(() => {
      if (this.active && !document.hidden && Date.now() - this.news > SILENCE) this.refresh();
    }, SILENCE / 3);
  }

  async send(button) {
    if (this.sending || this.active) return;
    this.sending = true;
    const data = new FormData(this.form, button); // before the lock: a disabled button is not sent
    data.set("key", freshKey());
    this.lock(true);
    try {
      this.replace(await post(this.root.dataset.runs, data));
      this.fault.replaceChildren();
      this.toLatest();
    } catch (error) {
      this.complain(error);
    } finally {
      this.sending = false;
      this.lock(Boolean(this.active));
    }
  }

  async stop(form) {
    form.querySelector("button").disabled = true;
    try {
      await post(form.action, new FormData(form));
    } catch (error) {
      form.querySelector("button").disabled = false;
      this.complain(error);
    }
  }

  async show(leaf) {
    try {
      this.replace(await get(`${this.root.dataset.thread}?leaf=${encodeURIComponent(leaf)}`));
      history.replaceState(null, "", `?leaf=${encodeURIComponent(leaf)}`);
      this.check();
    } catch (error) {
      this.complain(error);
    }
  }

  replace(html) {
    this.box.innerHTML = html; // our own server's fragment
    const field = document.querySelector("[data-leaf-field]");
    if (field) field.value = this.box.firstElementChild.dataset.parent;
    this.lock(Boolean(this.active));
    const turn = this.active;
    if (turn && this.ended.has(turn.dataset.job)) this.refresh();
  }

  async refresh() {
    if (this.refreshing) return;
    this.refreshing = true;
    const job = this.active?.dataset.job;
    try {
      this.replace(await get(`${this.root.dataset.thread}?leaf=${encodeURIComponent(this.leaf)}`));
      this.news = Date.now();
      if (this.active?.dataset.job === job) return;
      this.say(this.root.dataset.textFinished);
      this.toLatest();
      this.check();
    } catch (error) {
      if (error instanceof SignedOut || error instanceof Refused) this.complain(error);
    } finally {
      this.refreshing = false;
    }
  }

  // --- what the stream says -------------------------------------------------------------------------------------

  job({ job, state }) {
    this.news = Date.now();
    if (!GOING_ON.includes(state)) this.ended.add(job);
    const turn = this.box.querySelector(`.lab-turn[data-job="${CSS.escape(job)}"]`);
    if (!turn?.matches("[data-active]")) return;
    if (this.ended.has(job)) this.refresh();
    else if (state === "leased") this.status(turn, this.root.dataset.textStarting);
  }

  waiting(place) {
    this.news = Date.now();
    const turn = this.box.querySelector(`.lab-turn[data-job="${CSS.escape(place.job)}"]`);
    if (turn?.matches("[data-active]")) this.status(turn, waitingText(this.root.dataset, place));
  }

  run({ run }) {
    // Another window of the same person began (or this is an old event that comes once more): the branch on the
    // screen is what will be handed in, so it never changes by itself.
    if (!this.sending && !this.leaf) this.show(run);
  }

  status(turn, text) {
    const place = turn.querySelector("[data-status-text]");
    if (place && place.textContent !== text) place.textContent = text;
  }

  say(text) {
    const line = document.createElement("p");
    line.textContent = text;
    this.announcer.replaceChildren(line);
  }

  async check() {
    const place = document.getElementById("checks");
    if (!place || !this.leaf) return;
    try {
      place.innerHTML = await get(`${this.root.dataset.checks}?leaf=${encodeURIComponent(this.leaf)}`);
    } catch { /* the marks come with the next step */ }
  }

  complain(error) {
    if (error instanceof Refused && error.html) {
      this.fault.innerHTML = error.html; // our own server's fragment
    } else {
      const line = document.createElement("p");
      line.className = "field-error";
      line.setAttribute("role", "alert");
      line.textContent = error instanceof SignedOut ? this.root.dataset.textExpired : this.root.dataset.textFailed;
      this.fault.replaceChildren(line);
    }
    this.fault.scrollIntoView({ block: "nearest" });
  }

  lock(busy) {
    for (const button of this.root.querySelectorAll("button[name=go]")) button.disabled = busy;
  }

  toLatest() { document.getElementById("latest")?.scrollIntoView({ block: "start" }); }
}
