// Where the next message is written, and which models get it.
import { Refused, SignedOut, freshKey } from "../requests.js";

export class Composer {
  constructor(root) {
    this.root = root;
    this.form = document.getElementById("composer");
    this.faultBox = document.getElementById("fault");
    this.draft = `athanor-play-${root.dataset.person}-${root.dataset.conversation ?? root.dataset.course}`;
    this.offerMore();
    this.keepDraft();
    this.form.addEventListener("keydown", (event) => {
      const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea");
      if (sends) this.form.requestSubmit();
    });
  }

  get text() { return this.form.elements.text; }

  data() {
    const data = new FormData(this.form);
    data.set("key", freshKey());
    return data;
  }

  sent() {
    this.faultBox.replaceChildren();
    this.text.value = "";
    this.remember("");
    this.text.focus();
  }

  lock(busy) { document.getElementById("send").disabled = busy; }

  complain(error) {
    if (error instanceof Refused && error.html) {
      this.faultBox.innerHTML = error.html; // our own server's fragment
      return;
    }
    const line = document.createElement("p");
    line.className = "field-error";
    line.setAttribute("role", "alert");
    line.textContent = error instanceof SignedOut ? this.root.dataset.textExpired : this.root.dataset.textFailed;
    this.faultBox.replaceChildren(line);
  }

  // Further rows of models are shown one by one.
  offerMore() {
    const button = document.getElementById("more-models");
    const spare = () => this.form.querySelector("[data-spare]");
    if (!button || !spare()) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const row = spare();
      delete row.dataset.spare;
      row.querySelector("select").focus();
      button.hidden = !spare();
    });
  }

  keepDraft() {
    try {
      if (!this.text.value) this.text.value = localStorage.getItem(this.draft) ?? "";
    } catch { /* no storage */ }
    this.text.addEventListener("input", () => this.remember(this.text.value));
    // The first message is sent by a whole page.
    this.form.addEventListener("submit", () => { if (!this.root.dataset.conversation) this.remember(""); });
  }

  remember(text) {
    try {
      if (text) localStorage.setItem(this.draft, text);
      else localStorage.removeItem(this.draft);
    } catch { /* no storage */ }
  }
}
