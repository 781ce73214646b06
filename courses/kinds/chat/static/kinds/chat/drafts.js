// What is written is kept: at once on this device, soon after on the server.
import { token } from "../../js/requests.js";
import { tellOfEarlierTyping } from "../../js/typed.js";

const PAUSE = 1500; // milliseconds of silence before the server is told

export function keepDraft(root, thread) {
  const form = document.getElementById("composer");
  const key = `athanor-draft-${root.dataset.person}-${root.dataset.exercise}`; // a device may be shared
  let timer = null;

  const content = () => ({
    text: form.elements.text.value,
    ...(form.elements.system ? { system: form.elements.system.value } : {}),
    options: Object.fromEntries(thread.composer.options().filter((field) => field.value).map((field) => [field.name, field.value])),
    leaf: thread.leaf,
  });

  const keep = () => {
    const draft = content();
    remember(key, { ...draft, at: Date.now() });
    clearTimeout(timer);
    if (root.dataset.attempt) timer = setTimeout(() => tell(root, form, draft), PAUSE);
  };

  restore(root, form, key);
  form.addEventListener("input", keep);
  root.addEventListener("draft", keep);
  tellOfEarlierTyping(form);
}

function remember(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch { /* no storage: the server keeps it */ }
}

function restore(root, form, key) {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key) ?? "null");
  } catch { return; }
  const newer = kept && kept.at / 1000 > Number(root.dataset.draftAt || 0);
  if (!newer || document.querySelector("#fault > *")) return;
  // The first message is sent by a whole page: what is in the conversation is no draft any more.
  const said = [...root.querySelectorAll("[data-said]")].map((place) => place.textContent.trim());
  const text = said.includes((kept.text ?? "").trim()) ? "" : kept.text;
  if (!form.elements.text.value) form.elements.text.value = text ?? "";
  if (form.elements.system && kept.system) form.elements.system.value = kept.system;
}

async function tell(root, form, draft) {
  const place = form.querySelector("[data-draft-state]");
  try {
    const response = await fetch(root.dataset.draft, {
      method: "POST",
      body: JSON.stringify(draft),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(), "X-Requested-With": "fetch" },
    });
    if (place) place.textContent = response.ok ? root.dataset.textSaved : "";
  } catch { // offline: the device has it, the next change tells the server
    if (place) place.textContent = root.dataset.textKept;
  }
}
