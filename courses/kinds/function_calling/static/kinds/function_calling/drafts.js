// What is written is kept on the server soon after every change; then the server says what is wrong in it.
import { get } from "../../js/requests.js";
import { tellOfEarlierTyping } from "../../js/typed.js";

const PAUSE = 1000; // milliseconds of silence before the server is told

export function keepDraft(root, form) {
  const state = form.querySelector("[data-draft-state]");
  const notes = document.getElementById("notes");
  let timer = null;

  const tell = async () => {
    timer = null;
    const body = new FormData(form);
    for (const name of ["definitions_file", "results_file"]) body.delete(name);
    try {
      const headers = { "X-Requested-With": "fetch" };
      const response = await fetch(root.dataset.draft, { method: "POST", body, headers });
      const kept = response.ok && !response.redirected;
      state.textContent = kept ? root.dataset.textSaved : response.redirected ? root.dataset.textExpired : root.dataset.textFailed;
      if (kept && notes) notes.innerHTML = await get(root.dataset.notes); // our own server's fragment
    } catch {
      state.textContent = root.dataset.textFailed; // the next change tries again
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target.closest(".try-one")) return;
    state.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) {
      clearTimeout(timer);
      tell();
    }
  });
  tellOfEarlierTyping(form);
}
