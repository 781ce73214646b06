// Buttons that copy the text of another element.
export function enableCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-from]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copyFrom);
    if (!source) return;
    await copy(source);
    say(button);
  });
}

async function copy(source) {
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    source.select?.(); // no permission: the person can press the keys
  }
}

function say(button) {
  const before = button.innerHTML;
  button.textContent = button.dataset.copied ?? "✓";
  setTimeout(() => { button.innerHTML = before; }, 1600);
}
