// The answers of all columns, while they are written.
import { Announcer } from "../announcer.js";
import { Answers, LOST } from "../answers.js";
import { get, post } from "../requests.js";
import { waitingText } from "../waiting.js";

const SILENCE = 15_000; // milliseconds without news after which the server is asked
const GOING_ON = ["queued", "leased", "running"];

export class Columns {
  constructor(root, composer) {
    this.root = root;
    this.composer = composer;
    this.box = document.getElementById("thread");
    this.scroll = document.getElementById("play-scroll");
    this.announcer = new Announcer(document.getElementById("announcer"));
    this.answers = new Answers();
    this.ended = new Set(); // jobs: a fast answer may end before the page has its column
    this.refreshing = new Set();
    this.news = Date.now();
    this.listen();
    this.adopt();
    this.toEnd();
  }

  get active() { return [...this.box.querySelectorAll("[data-active]")]; }

  listen() {
    document.addEventListener("submit", (event) => {
      if (event.target === this.composer.form) { event.preventDefault(); this.send(); }
      if (event.target.matches("[data-stop-form]")) { event.preventDefault(); this.stop(event.target); }
    });
    setInterval(() => {
      const silent = !document.hidden && Date.now() - this.news > SILENCE;
      if (silent) this.active.forEach((column) => this.refresh(column.dataset.job));
    }, SILENCE / 3);
  }

  column(job) { return this.box.querySelector(`[data-job="${CSS.escape(job)}"]`); }

  // What the server drew is the truth from which the stream goes on.
  adopt() {
    for (const column of this.active) {
      const live = column.querySelector("[data-answer]");
      const reasoning = column.querySelector("[data-reasoning]")?.textContent ?? "";
      if (live) this.answers.adopt(column.dataset.job, Number(live.dataset.epoch), live.textContent, reasoning);
      if (this.ended.has(column.dataset.job)) this.refresh(column.dataset.job);
    }
    this.composer.lock(this.active.length > 0);
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    this.composer.lock(true);
    try {
      this.replace(await post(this.composer.form.action, this.composer.data()));
      this.composer.sent();
    } catch (error) {
      this.composer.complain(error);
    } finally {
      this.sending = false;
      this.composer.lock(this.active.length > 0);
    }
  }

  async stop(form) {
    form.querySelector("button").disabled = true;
    try {
      await post(form.action, new FormData(form));
    } catch (error) {
      form.querySelector("button").disabled = false;
      this.composer.complain(error);
    }
  }

  replace(html) {
    this.box.innerHTML = html; // our own server's fragment
    this.answers.clear();
    this.announcer.restart();
    this.adopt();
    this.toEnd();
  }

  async refresh(job) {
    const column = this.column(job);
    if (!column || this.refreshing.has(job)) return;
    this.refreshing.add(job);
    try {
      const near = this.nearEnd();
      const { url } = column.dataset;
      column.outerHTML = await get(url);
      this.answers.forget(job);
      this.adopt();
      if (near) this.toEnd();
      if (!this.column(job)?.matches("[data-active]")) this.finished(job);
    } catch (error) {
      this.composer.complain(error);
    } finally {
      this.refreshing.delete(job);
    }
  }

  finished(job) {
    const column = this.column(job);
    const words = this.root.dataset;
    if (this.alone(column)) {
      const answer = column.querySelector("[data-final]");
      if (answer) this.announcer.finish(answer.textContent);
      this.announcer.say(words.textFinished);
    } else {
      this.announcer.say(words.textFinishedOne.replace("{model}", column.getAttribute("aria-label")));
    }
    if (!this.active.length) this.renewAllowance();
  }

  async renewAllowance() {
    try {
      document.getElementById("allowance").innerHTML = await get(this.root.dataset.allowance);
    } catch { /* it is shown with the next page */ }
  }

  // --- what the stream says -------------------------------------------------------------------------------------

  snapshot(data) {
    if (typeof data.progress === "number") { this.progress(data); return; }
    const column = this.live(data.job);
    const whole = column && this.answers.snapshot(data);
    if (!whole) return;
    if (whole.again) this.announcer.restart();
    column.querySelector("[data-answer]").textContent = whole.text;
    this.think(column, whole.reasoning, (place) => { place.textContent = whole.reasoning; });
    this.told(column);
  }

  delta(data) {
    const column = this.live(data.job);
    const piece = column && this.answers.delta(data);
    if (piece === LOST) { this.refresh(data.job); return; }
    if (!piece) return;
    const near = this.nearEnd();
    column.querySelector("[data-answer]").append(piece.text);
    this.think(column, piece.reasoning, (place) => place.append(piece.reasoning));
    this.told(column);
    if (near) this.toEnd();
  }

  progress({ job, progress, preview }) {
    const column = this.column(job);
    const bar = column?.matches("[data-active]") && column.querySelector("progress");
    if (!bar || typeof progress !== "number") return;
    this.news = Date.now();
    bar.value = progress;
    this.status(column, this.root.dataset.textDrawing.replace("{percent}", Math.round(progress * 100)));
    if (!preview) return;
    const image = column.querySelector("[data-preview]");
    image.src = `data:image/webp;base64,${preview}`;
    image.hidden = false;
  }

  job({ job, state }) {
    this.news = Date.now();
    if (!GOING_ON.includes(state)) this.ended.add(job);
    const column = this.column(job);
    if (!column?.matches("[data-active]")) return;
    if (this.ended.has(job)) { this.refresh(job); return; }
    if (state === "leased") this.status(column, this.root.dataset.textStarting);
    if (state === "running") this.status(column, this.root.dataset.textWriting);
  }

  waiting(place) {
    this.news = Date.now();
    const column = this.column(place.job);
    if (column?.matches("[data-active]")) this.status(column, waitingText(this.root.dataset, place));
  }

  // Another window of the same person asked something.
  async prompt({ prompt }) {
    if (this.sending || this.box.querySelector(`[data-prompt="${CSS.escape(prompt)}"]`)) return;
    try {
      this.replace(await get(this.root.dataset.address));
    } catch { /* the next reload shows it */ }
  }

  live(job) {
    const column = this.column(job);
    return column?.matches("[data-active]") && column.querySelector("[data-answer]") ? column : null;
  }

  // One answer is read sentence by sentence; of several at once only that they are there: nobody follows two voices.
  alone(column) { return column.parentElement.dataset.columns === "1"; }

  told(column) {
    this.news = Date.now();
    this.status(column, this.root.dataset.textWriting);
    if (this.alone(column)) this.announcer.follow(column.querySelector("[data-answer]").textContent);
  }

  think(column, reasoning, write) {
    const place = column.querySelector("[data-reasoning]");
    if (!place || !reasoning) return;
    place.closest("details").hidden = false;
    write(place);
  }

  status(column, text) {
    const place = column.querySelector("[data-status-text]");
    if (place && place.textContent !== text) place.textContent = text;
  }

  nearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < 160;
  }

  toEnd() { this.scroll.scrollTop = this.scroll.scrollHeight; }
}
