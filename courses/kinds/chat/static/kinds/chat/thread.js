// The shown branch: its turns, the answers that are being written in it, and moving between branches.
import { Announcer } from "../../js/announcer.js";
import { Answers, LOST } from "../../js/answers.js";
import { Refused, SignedOut, get, post } from "../../js/requests.js";
import { waitingText } from "../../js/waiting.js";

const SILENCE = 15_000; // milliseconds without news of a turn after which the server is asked
const GOING_ON = ["queued", "leased", "running"];

export class Thread {
  constructor(root, composer) {
    this.root = root;
    this.composer = composer;
    this.scroll = document.getElementById("chat-scroll");
    this.box = document.getElementById("thread");
    this.announcer = new Announcer(document.getElementById("announcer"));
    this.answers = new Answers();
    this.refreshing = new Set();
    this.ended = new Set(); // jobs: a fast answer may end before the page has its turn
    this.news = Date.now();
    this.listen();
    this.adopt();
    this.toEnd();
  }

  get leaf() { return this.box.firstElementChild?.dataset.leaf ?? ""; }
  get parent() { return this.box.firstElementChild?.dataset.parent ?? ""; }
  get turns() { return this.box.firstElementChild?.dataset.turns ?? "0"; }
  get active() { return this.box.querySelector("[data-active].turn"); }

  listen() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.matches("[data-run-form]")) { event.preventDefault(); this.send(form); }
      if (form.matches("[data-stop-form]")) { event.preventDefault(); this.stop(form); }
    });
    this.box.addEventListener("click", (event) => {
      const link = event.target.closest("[data-leaf-link]");
      if (!link) return;
      event.preventDefault();
      this.show(link.dataset.leafLink);
    });
    setInterval(() => {
      const turn = this.active;
      if (turn && !document.hidden && Date.now() - this.news > SILENCE) this.finish(turn.dataset.job);
    }, SILENCE / 3);
    document.addEventListener("keydown", (event) => {
      const typing = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea");
      if (typing && event.target.form?.matches("[data-run-form], #composer")) event.target.form.requestSubmit();
    });
  }

  // What the server drew is the truth from which the stream goes on.
  adopt() {
    for (const turn of this.box.querySelectorAll("[data-active].turn")) {
      const answer = turn.querySelector("[data-answer]");
      const reasoning = turn.querySelector("[data-reasoning]")?.textContent ?? "";
      this.answers.adopt(turn.dataset.job, Number(answer.dataset.epoch), answer.textContent, reasoning);
    }
    this.composer.fit(this);
    const turn = this.active;
    if (turn && this.ended.has(turn.dataset.job)) this.finish(turn.dataset.job);
  }

  turnOf(job) { return this.box.querySelector(`.turn[data-job="${CSS.escape(job)}"]`); }

  async send(form) {
    if (this.sending) return;
    this.sending = true;
    this.composer.lock(true);
    try {
      const html = await post(form.action, this.composer.fill(form, new FormData(form)));
      this.replace(html);
      this.composer.sent(form);
      this.toEnd();
    } catch (error) {
      this.composer.complain(error);
    } finally {
      this.sending = false;
      this.composer.lock(Boolean(this.active));
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

  async show(leaf) {
    try {
      this.replace(await get(`${this.root.dataset.thread}?leaf=${encodeURIComponent(leaf)}`));
      history.replaceState(null, "", `?leaf=${encodeURIComponent(leaf)}`);
      this.check();
      this.root.dispatchEvent(new Event("draft"));
    } catch (error) {
      this.composer.complain(error);
    }
  }

  replace(html) {
    this.box.innerHTML = html; // our own server's fragment
    this.answers.clear();
    this.announcer.restart();
    this.adopt();
  }

  async refresh(job) {
    const turn = this.turnOf(job);
    if (!turn || this.refreshing.has(job)) return;
    this.refreshing.add(job);
    try {
      const near = this.nearEnd();
      turn.outerHTML = await get(turn.dataset.url);
      this.answers.forget(job);
      this.adopt();
      if (near) this.toEnd();
    } catch (error) {
      if (error instanceof SignedOut || error instanceof Refused) this.composer.complain(error);
    } finally {
      this.refreshing.delete(job);
    }
  }

  // --- what the stream says -------------------------------------------------------------------------------------

  snapshot(data) {
    const turn = this.turnOf(data.job);
    const whole = turn?.matches("[data-active]") && this.answers.snapshot(data);
    if (!whole) return;
    if (whole.again) this.announcer.restart();
    this.draw(turn, whole.text, whole.reasoning);
  }

  delta(data) {
    const turn = this.turnOf(data.job);
    const piece = turn?.matches("[data-active]") && this.answers.delta(data);
    if (piece === LOST) this.refresh(data.job);
    else if (piece) this.append(turn, piece.text, piece.reasoning);
  }

  draw(turn, text, reasoning) {
    const near = this.nearEnd();
    turn.querySelector("[data-answer]").textContent = text;
    this.think(turn, (place) => { place.textContent = reasoning; }, reasoning);
    this.told(turn, near);
  }

  append(turn, text, reasoning) {
    const near = this.nearEnd();
    turn.querySelector("[data-answer]").append(text);
    this.think(turn, (place) => place.append(reasoning), reasoning);
    this.told(turn, near);
  }

  think(turn, write, reasoning) {
    const place = turn.querySelector("[data-reasoning]");
    if (!place || !reasoning) return;
    place.closest("details").hidden = false;
    write(place);
  }

  told(turn, near) {
    this.news = Date.now();
    this.status(turn, this.root.dataset.textWriting);
    this.announcer.follow(turn.querySelector("[data-answer]").textContent);
    if (near) this.toEnd();
  }

  async job({ job, state }) {
    this.news = Date.now();
    const turn = this.turnOf(job);
    if (!GOING_ON.includes(state)) this.ended.add(job);
    if (!turn?.matches("[data-active]")) return;
    if (this.ended.has(job)) {
      await this.finish(job);
      return;
    }
    turn.dataset.state = state;
    if (state === "leased") this.status(turn, this.root.dataset.textStarting);
    if (state === "running") this.status(turn, this.root.dataset.textWriting);
  }

  async finish(job) {
    await this.refresh(job);
    if (this.turnOf(job)?.matches("[data-active]")) return;
    const answer = this.turnOf(job)?.querySelector("[data-final]");
    if (answer) this.announcer.finish(answer.textContent);
    this.announcer.say(this.root.dataset.textFinished);
    this.settle();
  }

  // A turn ended: the fragment of one turn does not know what a next question may continue.
  async settle() {
    try {
      const leaf = this.leaf;
      const html = await get(`${this.root.dataset.thread}?leaf=${encodeURIComponent(leaf)}`);
      const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
      if (this.leaf === leaf && fresh) Object.assign(this.box.firstElementChild.dataset, fresh.dataset);
    } catch { /* the next action asks again */ }
    this.composer.fit(this);
    this.check();
  }

  waiting(place) {
    this.news = Date.now();
    const turn = this.turnOf(place.job);
    if (turn?.matches("[data-active]")) this.status(turn, waitingText(this.root.dataset, place));
  }

  run({ run }) {
    // Another window of the same person, or the API, began a turn (or this is an old event that comes once more).
    // The branch on the screen is what will be handed in: it never changes by itself.
    if (!this.sending && this.turns === "0") this.show(run);
  }

  status(turn, text) {
    const place = turn.querySelector("[data-status-text]");
    if (place && place.textContent !== text) place.textContent = text;
  }

  async check() {
    const place = document.getElementById("checks");
    const leaf = this.parent;
    if (!place || !leaf) return;
    try {
      place.innerHTML = await get(`${this.root.dataset.checks}?leaf=${encodeURIComponent(leaf)}`);
      this.sayChecks(place);
    } catch { /* the marks come with the next turn */ }
  }

  sayChecks(place) {
    const judged = place.querySelectorAll("[data-status]");
    const passed = place.querySelectorAll("[data-status='pass']");
    if (!judged.length) return;
    const text = this.root.dataset.textChecks.replace("{passed}", passed.length).replace("{total}", judged.length);
    this.announcer.say(text);
  }

  nearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < 120;
  }

  toEnd() { this.scroll.scrollTop = this.scroll.scrollHeight; }
}

