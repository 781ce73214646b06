// Answers to the questions are kept on the server soon after every change.
import { tellOfEarlierTyping } from "../../js/typed.js";

const PAUSE = 1200; // milliseconds of silence before the server is told

export function keepAnswers(form, words) {
  const state = form.querySelector("[data-draft-state]");
  let timer = null;

  const tell = async () => {
    timer = null;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "fetch" },
      });
      state.textContent = response.ok && !response.redirected ? words.textSaved : words.textFailed;
    } catch {
      state.textContent = words.textFailed; // the next change tries again
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target.name === "note") return;
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  tellOfEarlierTyping(form);
}
