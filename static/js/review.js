// Reviewing without a mouse. In the list: j, k, Enter. On an attempt: the keys of templates/review/help.html.
import { isTyping } from "./review-keys.js";
import { workOn } from "./review-work.js";

const table = document.querySelector("[data-rows]");
if (table) walkRows(table);
if (document.querySelector(".review")) workOn();

function walkRows(list) {
  const rows = [...list.tBodies[0].rows];
  let here = -1;
  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    const step = { j: 1, k: -1 }[event.key];
    if (step) {
      here = Math.min(rows.length - 1, Math.max(0, here + step));
      rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === here)));
      rows[here].querySelector("a").focus();
    }
  });
}
