// Where the next picture is described: prompts and parameters.
import { Refused, SignedOut, freshKey } from "../../js/requests.js";

export class Maker {
  constructor(root) {
    this.root = root;
    this.form = document.getElementById("maker");
    this.faultBox = document.getElementById("fault");
    document.addEventListener("keydown", (event) => {
      const typing = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea");
      if (typing && event.target.form === this.form) this.form.requestSubmit();
    });
  }

  get prompt() { return this.form.elements.prompt; }

  options() {
    return [...this.form.querySelectorAll(".options input, .options select")];
  }

  data() {
    const data = new FormData(this.form);
    data.set("key", freshKey());
    return data;
  }

  // Take over what a run was made with.
  reuse({ prompt, negative, options }) {
    this.prompt.value = prompt;
    if (this.form.elements.negative_prompt) this.form.elements.negative_prompt.value = negative;
    for (const field of this.options()) {
      if (options[field.name] !== undefined && options[field.name] !== null) field.value = options[field.name];
    }
    this.form.querySelector(".parameters").open = true;
    this.form.scrollIntoView({ block: "start" });
    this.prompt.focus();
    this.root.dispatchEvent(new Event("draft"));
  }

  lock(busy) { document.getElementById("send").disabled = busy; }

  clear() { this.faultBox.replaceChildren(); }

  complain(error) {
    const words = this.root.dataset;
    if (error instanceof Refused && error.html) {
      this.faultBox.innerHTML = error.html; // our own server's fragment
    } else {
      const line = document.createElement("p");
      line.className = "field-error";
      line.setAttribute("role", "alert");
      line.textContent = error instanceof SignedOut ? words.textExpired : words.textFailed;
      this.faultBox.replaceChildren(line);
    }
    this.faultBox.scrollIntoView({ block: "nearest" });
  }
}
