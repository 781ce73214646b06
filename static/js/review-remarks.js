// Saved words: Alt and a number, a click, or "/" with a few letters of them and Tab.
const remarks = () => [...document.querySelectorAll("[data-remark]")];
let field = null; // where somebody wrote last

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea[data-words]")) field = event.target;
});
document.addEventListener("click", (event) => {
  const remark = event.target.closest("[data-remark]");
  if (remark) insert(words(remark));
});
document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-words]")) narrow(typed(event.target)?.[1] ?? "");
});

const words = (remark) => remark.querySelector("[data-words]").textContent;

export function insertNumbered(event) {
  if (!event.altKey || !/^Digit[1-9]$/.test(event.code)) return false;
  const remark = remarks()[Number(event.code.slice(5)) - 1];
  if (!remark) return false;
  insert(words(remark));
  return true;
}

export function completeSlash(event) {
  const search = event.key === "Tab" && event.target.matches("textarea[data-words]") ? typed(event.target) : null;
  const found = search && matching(search[1])[0];
  if (!found) return false;
  const end = event.target.selectionStart;
  event.target.setRangeText("", end - search[1].length - 1, end, "end");
  insert(words(found));
  narrow("");
  return true;
}

// "/" at the beginning of a word, and what was written since.
function typed(area) {
  return area.value.slice(0, area.selectionStart).match(/(?<=^|\s)\/(\S+)$/);
}

function matching(letters) {
  const wanted = letters.toLocaleLowerCase();
  return remarks().filter((remark) => words(remark).toLocaleLowerCase().includes(wanted));
}

function narrow(letters) {
  const fitting = new Set(matching(letters));
  for (const remark of remarks()) remark.closest("li").toggleAttribute("data-other", letters !== "" && !fitting.has(remark));
}

function insert(text) {
  const area = field?.isConnected ? field : document.getElementById("reason");
  if (!area) return;
  const before = area.value.slice(0, area.selectionStart);
  area.setRangeText(before && !/\s$/.test(before) ? ` ${text}` : text, area.selectionStart, area.selectionEnd, "end");
  area.focus();
}
