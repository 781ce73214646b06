// One listener for the whole page, so that it stays right when the work on it is replaced by the next piece.
const FIELDS = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";

export function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey || Boolean(event.target.closest?.(FIELDS));
}

// `single`: key -> function, while nobody types. `always`: function of every key event, first; true: it is done.
export function listen(single, always) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (always(event)) {
      event.preventDefault();
      return;
    }
    const act = isTyping(event) ? null : single[event.key];
    if (act) {
      event.preventDefault();
      act(event);
    }
  });
}
