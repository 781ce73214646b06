// Line numbers beside a JSON field, where the cursor stands, files read into it, and links to a line.
export function numberLines(root) {
  for (const field of root.querySelectorAll("textarea[data-json]")) number(root, field);
  for (const input of root.querySelectorAll("input[data-into]")) take(root, input);
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    go(root.querySelector("textarea[data-json]"), Number(link.dataset.line), Number(link.dataset.column));
  });
}

function number(root, field) {
  const lines = document.createElement("pre");
  lines.className = "editor-lines";
  lines.setAttribute("aria-hidden", "true");
  field.before(lines);
  const place = root.querySelector("[data-place]");
  const count = () => {
    const total = field.value.split("\n").length;
    lines.textContent = Array.from({ length: total }, (_, index) => index + 1).join("\n");
    lines.scrollTop = field.scrollTop;
  };
  const tell = () => {
    const before = field.value.slice(0, field.selectionStart).split("\n");
    place.textContent = root.dataset.textPlace
      .replace("{line}", before.length).replace("{column}", before.at(-1).length + 1);
  };
  field.addEventListener("input", count);
  field.addEventListener("scroll", () => { lines.scrollTop = field.scrollTop; });
  for (const kind of ["input", "click", "keyup", "focus", "editor:moved"]) field.addEventListener(kind, tell);
  count();
}

// A chosen file is shown in the field at once, where it can be read and changed.
function take(root, input) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file || file.size > 1_000_000) return; // a larger one goes to the server, which says why it is refused
    const field = document.getElementById(input.dataset.into);
    field.value = await file.text();
    input.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function go(field, line, column) {
  const lines = field.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  field.dispatchEvent(new CustomEvent("editor:show", { detail: { offset: start } })); // where the site brought an editor
  field.focus();
  field.setSelectionRange(start, start + 1);
}
