// Tries one question without leaving the page, and follows what becomes of it.
import { Events } from "../../js/events.js";
import { lostBanner } from "../../js/lost.js";
import { Refused, SignedOut, freshKey, get, post } from "../../js/requests.js";
import { waitingText } from "../../js/waiting.js";

export function follow(root, form) {
  const box = document.getElementById("thread");
  const words = root.dataset;
  const banner = lostBanner(words.textLost);
  const fault = document.getElementById("fault");
  if (box) listen(root, form, box, fault);
  const renew = box ? () => refresh(root, box) : () => {};
  const waiting = (place) => {
    const text = box?.querySelector(`[data-job="${CSS.escape(place.job)}"] [data-status-text]`);
    if (text) text.textContent = waitingText(words, place);
  };
  const leave = () => location.assign(words.result);
  new Events(words.events, words.lastEvent, { job: renew, run: renew, waiting, score: leave, review: leave }, {
    state: (connected) => { banner.hidden = connected; },
    expired: () => {
      banner.hidden = false;
      banner.querySelector("span").textContent = words.textExpired;
    },
  });
}

function listen(root, form, box, fault) {
  // The first button of the form saves the draft; Enter in a question means to try it.
  form.elements.question?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    document.getElementById("try").click();
  });
  const send = async (url, body, button) => {
    fault.replaceChildren();
    if (button) button.disabled = true;
    try {
      box.innerHTML = await post(url, body); // our own server's fragment
      box.querySelector(".turn:last-of-type")?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      complain(root, fault, error);
    } finally {
      if (button) button.disabled = false;
    }
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter?.id !== "try") return;
    event.preventDefault();
    const body = new FormData(form);
    body.set("key", freshKey());
    send(event.submitter.formAction, body, event.submitter);
  });
  box.addEventListener("submit", (event) => {
    const next = event.target.closest("[data-next-form]");
    const stop = event.target.closest("[data-stop-form]");
    if (!next && !stop) return;
    event.preventDefault();
    const body = new FormData(event.target);
    if (stop) post(event.target.action, body).catch((error) => complain(root, fault, error));
    else {
      body.set("key", freshKey());
      send(event.target.action, body, event.submitter);
    }
  });
}

function complain(root, fault, error) {
  if (error instanceof Refused && error.html) fault.innerHTML = error.html; // our own server's fragment
  else fault.textContent = error instanceof SignedOut ? root.dataset.textExpired : root.dataset.textFailed;
  fault.scrollIntoView({ block: "nearest" });
}

let asked = 0;

// The branch that is shown, again: the server knows what came of it.
async function refresh(root, box) {
  asked += 1;
  const turn = asked;
  const leaf = box.querySelector(".thread")?.dataset.leaf ?? "";
  try {
    const html = await get(`${root.dataset.thread}?leaf=${leaf}`);
    if (turn !== asked) return;
    const was = box.querySelector("[data-active]") !== null;
    box.innerHTML = html; // our own server's fragment
    if (!was || box.querySelector("[data-active]")) return;
    document.getElementById("announcer").textContent = root.dataset.textFinished;
    document.getElementById("checks").innerHTML = await get(`${root.dataset.checks}?leaf=${leaf}`);
  } catch { /* the next event tries again */ }
}
