// Answers are kept on the server soon after every change. Without this file the button "Save draft" does it.
import { tellOfEarlierTyping } from "../../js/typed.js";

const PAUSE = 1200; // milliseconds of silence before the server is told

const form = document.getElementById("quiz");
if (form) keep(form);

function keep(form) {
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
      state.textContent = response.ok && !response.redirected ? form.dataset.textSaved : form.dataset.textFailed;
    } catch {
      state.textContent = form.dataset.textFailed; // the next change tries again
    }
  };

  form.addEventListener("input", () => {
    state.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  // Who leaves right after a change is not made to wait for the pause.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) {
      clearTimeout(timer);
      tell();
    }
  });
  tellOfEarlierTyping(form);
}
