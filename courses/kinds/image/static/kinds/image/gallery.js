// The pictures of the attempt: those that are being made, and those that are ready to be chosen.
import { get, post } from "../../js/requests.js";
import { waitingText } from "../../js/waiting.js";

const SILENCE = 15_000; // milliseconds without news of a picture after which the server is asked
const GOING_ON = ["queued", "leased", "running"];

export class Gallery {
  constructor(root, maker) {
    this.root = root;
    this.maker = maker;
    this.box = document.getElementById("thread");
    this.announcer = document.getElementById("announcer");
    this.epochs = new Map(); // job: the newest epoch that was heard of
    this.ended = new Set(); // jobs: a fast picture may be ready before the page has its place
    this.refreshing = new Set();
    this.news = Date.now();
    this.listen();
    this.count();
  }

  listen() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.matches("[data-run-form]")) { event.preventDefault(); this.send(form); }
      if (form.matches("[data-stop-form]")) { event.preventDefault(); this.stop(form); }
      if (form.id === "choice-form") { event.preventDefault(); this.confirm(); }
    });
    this.box.addEventListener("click", (event) => {
      const link = event.target.closest("[data-reuse]");
      if (!link) return;
      event.preventDefault();
      this.reuse(link.closest(".shot"));
    });
    this.box.addEventListener("change", (event) => {
      if (event.target.name !== "chosen") return;
      this.count();
      this.root.dispatchEvent(new Event("draft"));
    });
    setInterval(() => {
      const shot = this.box.querySelector(".shot[data-active]");
      if (shot && !document.hidden && Date.now() - this.news > SILENCE) this.refresh(shot.dataset.job);
    }, SILENCE / 3);
  }

  shotOf(job) { return this.box.querySelector(`.shot[data-job="${CSS.escape(job)}"]`); }
  chosen() { return [...this.box.querySelectorAll("[name=chosen]:checked")].map((field) => field.value); }
  compared() { return [...this.box.querySelectorAll("[name=compare]:checked")].map((field) => field.value); }

  async send(form) {
    if (this.sending) return;
    this.sending = true;
    this.maker.lock(true);
    try {
      this.replace(await post(form.action, this.maker.data()));
      this.maker.clear();
      document.getElementById("latest")?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      this.maker.complain(error);
    } finally {
      this.sending = false;
      this.maker.lock(false);
    }
  }

  async stop(form) {
    form.querySelector("button").disabled = true;
    try {
      await post(form.action, new FormData(form));
    } catch (error) {
      form.querySelector("button").disabled = false;
      this.maker.complain(error);
    }
  }

  // The whole gallery again; what was ticked stays ticked.
  replace(html) {
    const [chosen, compared] = [this.chosen(), this.compared()];
    this.box.innerHTML = html; // our own server's fragment
    this.tick(this.box, chosen, compared);
    for (const shot of this.box.querySelectorAll(".shot[data-active]")) {
      if (this.ended.has(shot.dataset.job)) this.refresh(shot.dataset.job);
    }
  }

  tick(place, chosen, compared) {
    for (const field of place.querySelectorAll("[name=chosen]")) field.checked = chosen.includes(field.value);
    for (const field of place.querySelectorAll("[name=compare]")) field.checked = compared.includes(field.value);
    this.count();
  }

  count() {
    const words = this.root.dataset;
    const place = this.box.querySelector("[data-chosen-count]");
    if (place && words.most !== "1") {
      place.textContent = words.textChosen.replace("{n}", this.chosen().length).replace("{least}", words.least);
    }
  }

  async refresh(job) {
    const shot = this.shotOf(job);
    if (!shot || this.refreshing.has(job)) return;
    this.refreshing.add(job);
    try {
      const [chosen, compared] = [this.chosen(), this.compared()];
      const place = shot.parentElement;
      shot.outerHTML = await get(shot.dataset.url);
      this.tick(this.box, chosen, compared);
      if (this.shotOf(job)?.matches("[data-active]")) return;
      const ready = place.querySelector(".shot-picture");
      this.say(ready ? this.root.dataset.textFinished : this.root.dataset.textStopped);
      this.check(place.querySelector(".shot").dataset.run);
    } catch (error) {
      this.maker.complain(error);
    } finally {
      this.refreshing.delete(job);
    }
  }

  reuse(shot) {
    const { cfg, ...facts } = shot.querySelector("[data-request]").dataset;
    const options = { ...facts, cfg_scale: cfg };
    this.maker.reuse({ prompt: shot.dataset.prompt, negative: shot.dataset.negative, options });
  }

  // What was ticked, shown once more before it is handed in.
  confirm() {
    const place = document.getElementById("chosen");
    place.replaceChildren(...this.chosen().flatMap((key) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "chosen", value: key });
      const picture = this.box.querySelector(`[data-key="${CSS.escape(key)}"] img`).cloneNode();
      picture.removeAttribute("loading");
      return [picture, field];
    }));
    document.getElementById("submit-dialog").showModal();
  }

  // --- what the stream says -------------------------------------------------------------------------------------

  progress({ job, epoch, progress, preview }) {
    const shot = this.shotOf(job);
    if (!shot?.matches("[data-active]") || epoch < (this.epochs.get(job) ?? 0)) return;
    this.news = Date.now();
    this.epochs.set(job, epoch);
    if (typeof progress === "number") {
      shot.querySelector("progress").value = progress;
      this.status(shot, this.root.dataset.textDrawing.replace("{percent}", Math.round(progress * 100)));
    }
    if (!preview) return;
    const picture = shot.querySelector("[data-preview]");
    picture.src = `data:image/webp;base64,${preview}`;
    picture.hidden = false;
  }

  snapshot(data) { this.progress(data); }

  job({ job, state }) {
    this.news = Date.now();
    if (!GOING_ON.includes(state)) this.ended.add(job);
    const shot = this.shotOf(job);
    if (!shot?.matches("[data-active]")) return;
    if (this.ended.has(job)) { this.refresh(job); return; }
    shot.dataset.state = state;
    if (state === "leased") this.status(shot, this.root.dataset.textStarting);
  }

  waiting(place) {
    this.news = Date.now();
    const shot = this.shotOf(place.job);
    if (shot?.matches("[data-active]")) this.status(shot, waitingText(this.root.dataset, place));
  }

  async run({ run }) {
    // Another window of the same person, or the API, began a picture (or this is an old event that comes once more).
    if (this.sending || document.getElementById(`turn-${run}`)) return;
    try {
      this.replace(await get(this.root.dataset.thread));
    } catch { /* the next action asks again */ }
  }

  status(shot, text) {
    const place = shot.querySelector("[data-status-text]");
    if (place && place.textContent !== text) place.textContent = text;
  }

  say(text) {
    const line = document.createElement("p");
    line.textContent = text;
    this.announcer.replaceChildren(line);
  }

  async check(run) {
    const place = document.getElementById("checks");
    if (!place || !run) return;
    try {
      place.innerHTML = await get(`${this.root.dataset.checks}?leaf=${encodeURIComponent(run)}`); // our own fragment
    } catch { /* the marks come with the next picture */ }
  }
}
