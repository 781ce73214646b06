// What is written and chosen is kept: at once on this device, soon after on the server.
import { token } from "../../js/requests.js";
import { tellOfEarlierTyping } from "../../js/typed.js";

const PAUSE = 1500; // milliseconds of silence before the server is told

export function keepDraft(root, maker, gallery) {
  const key = `athanor-draft-${root.dataset.person}-${root.dataset.exercise}`; // a device may be shared
  let timer = null;

  const content = () => ({
    prompt: maker.prompt.value,
    negative_prompt: maker.form.elements.negative_prompt?.value ?? "",
    options: Object.fromEntries(maker.options().filter((field) => field.value).map((field) => [field.name, field.value])),
    answer: { chosen: gallery.chosen() },
  });

  const keep = () => {
    const draft = content();
    try {
      localStorage.setItem(key, JSON.stringify({ ...draft, at: Date.now() }));
    } catch { /* no storage: the server keeps it */ }
    clearTimeout(timer);
    if (root.dataset.attempt) timer = setTimeout(() => tell(root, maker, draft), PAUSE);
  };

  restore(root, maker, key);
  maker.form.addEventListener("input", keep);
  root.addEventListener("draft", keep);
  tellOfEarlierTyping(maker.form);
}

function restore(root, maker, key) {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key) ?? "null");
  } catch { return; }
  const newer = kept && kept.at / 1000 > Number(root.dataset.draftAt || 0);
  if (!newer || new URLSearchParams(location.search).has("leaf") || document.querySelector("#fault > *")) return;
  if (kept.prompt) maker.prompt.value = kept.prompt;
  const negative = maker.form.elements.negative_prompt;
  if (negative && kept.negative_prompt) negative.value = kept.negative_prompt;
}

async function tell(root, maker, draft) {
  const place = maker.form.querySelector("[data-draft-state]");
  try {
    const response = await fetch(root.dataset.draft, {
      method: "POST",
      body: JSON.stringify(draft),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(), "X-Requested-With": "fetch" },
    });
    if (place) place.textContent = response.ok ? root.dataset.textSaved : "";
  } catch { /* offline: the device has it, the next change tells the server */ }
}
