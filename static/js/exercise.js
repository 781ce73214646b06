// Shortcuts of the exercise page; templates/exercise/shortcuts.html lists them. Who speaks to the computer turns the
// single letters off there, and the choice stays on this device.
import { listen } from "./review-keys.js";

const OFF = "athanor-keys-off";
const help = document.getElementById("keys-help");
const choice = document.getElementById("keys-on");

if (help && choice) {
  choice.checked = !isOff();
  choice.addEventListener("change", () => remember(!choice.checked));
  const unlessOff = (act) => () => { if (choice.checked) act(); };
  listen({
    "?": () => help.showModal(),
    w: unlessOff(write),
    b: unlessOff(() => document.querySelector(".brief")?.focus()),
    s: unlessOff(() => document.querySelector(".desk [data-stop-form] button")?.click()),
    h: unlessOff(handIn),
  }, () => false);
}

// The composer where there is one, else the first field in sight: earlier turns hold closed ones.
function write() {
  const fields = [...document.querySelectorAll(".desk :is(textarea, input[type=text])")];
  (document.getElementById("text") ?? fields.find((field) => field.checkVisibility()))?.focus();
}

function handIn() {
  const button = document.getElementById("hand-in");
  if (button && !button.hidden) button.click();
}

function isOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch { return false; }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "yes");
    else localStorage.removeItem(OFF);
  } catch { /* no storage: it holds for this page */ }
}
