// What was typed before the scripts of the page ran (or was brought back by the browser) is a change, too.
export function tellOfEarlierTyping(form) {
  const fields = [...form.elements].filter((field) => field.matches("textarea, input:not([type=hidden], [type=range])"));
  const changed = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  if (fields.some(changed)) form.dispatchEvent(new Event("input", { bubbles: true }));
}
