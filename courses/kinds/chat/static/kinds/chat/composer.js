// Where the next message is written, with its options and the system prompt.
import { Refused, SignedOut, freshKey } from "../../js/requests.js";
import { count } from "../../js/text.js";

export class Composer {
  constructor(root) {
    this.root = root;
    this.form = document.getElementById("composer");
    this.faultBox = document.getElementById("fault");
    this.submitForm = document.getElementById("submit-form");
    this.form.addEventListener("input", (event) => this.counted(event.target));
    for (const field of this.form.querySelectorAll("[data-counted]")) this.counted(field);
    this.submitForm?.addEventListener("submit", () => this.carrySystem());
  }

  get text() { return this.form.elements.text; }
  get system() { return this.form.elements.system; }

  options() {
    return [...this.form.querySelectorAll(".options input")];
  }

  // A retry or an edited turn is sent with the options and the system prompt as they are set now.
  fill(form, data) {
    data.set("key", freshKey());
    if (form === this.form) return data;
    if (this.system && form.querySelector("[data-take-system]")) data.set("system", this.system.value);
    for (const option of this.options()) {
      data.delete(option.name);
      if (option.value !== "") data.set(option.name, option.value);
    }
    return data;
  }

  sent(form) {
    this.faultBox.replaceChildren();
    if (form !== this.form) return;
    this.text.value = "";
    this.root.dispatchEvent(new Event("draft"));
    this.text.focus();
  }

  complain(error) {
    const words = this.root.dataset;
    if (error instanceof Refused && error.html) {
      this.faultBox.innerHTML = error.html; // our own server's fragment
      return;
    }
    const line = document.createElement("p");
    line.className = "field-error";
    line.setAttribute("role", "alert");
    line.textContent = error instanceof SignedOut ? words.textExpired : words.textFailed;
    this.faultBox.replaceChildren(line);
  }

  lock(busy) {
    document.getElementById("send").disabled = busy;
  }

  // The shown branch decides what a new message continues and what would be handed in.
  fit(thread) {
    this.form.elements.parent.value = thread.parent;
    if (this.submitForm) this.submitForm.elements.leaf.value = thread.parent;
    this.lock(Boolean(thread.active));
    const handIn = document.getElementById("hand-in");
    if (this.submitForm && !("always" in handIn.dataset)) handIn.hidden = !thread.parent;
    const turns = this.form.querySelector("[data-turns-text]");
    if (turns) turns.textContent = turns.dataset.turnsText.replace("{done}", thread.turns);
  }

  carrySystem() {
    const field = this.submitForm.elements.system;
    if (field && this.system) field.value = this.system.value;
  }

  counted(field) {
    const place = this.form.querySelector(`[data-count-for="${field.id}"]`);
    if (place) place.textContent = `${count(field.value)} / ${field.maxLength}`;
  }
}
