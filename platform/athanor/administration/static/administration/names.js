// The fields that search while one types (select2) are drawn by a script that forgets the label: tell what they are for.
function nameDrawn(select) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  const drawn = select.nextElementSibling;
  if (!label || !drawn?.matches(".select2-container")) return;
  label.id ||= `${select.id}_label`;
  for (const part of drawn.querySelectorAll("[role=combobox], [role=textbox]")) {
    const shown = part.getAttribute("aria-labelledby") ?? "";
    if (!shown.includes(label.id)) part.setAttribute("aria-labelledby", `${label.id} ${shown}`.trim());
  }
}

const nameAll = () => document.querySelectorAll("select.admin-autocomplete").forEach(nameDrawn);
// Whenever it draws: after the page was loaded, when a row is added, when the choice changes.
new MutationObserver(nameAll).observe(document, { childList: true, subtree: true });
