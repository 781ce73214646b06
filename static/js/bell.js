// The bell of a page that stands open for long: asked again when the person comes back to it, and when the page hears news.
export function keepBellFresh() {
  if (!document.getElementById("bell")) return;
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renewBell());
  document.addEventListener("athanor:news", renewBell);
}

async function renewBell() {
  const bell = document.getElementById("bell");
  const response = await fetch(bell.dataset.bell, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (response?.ok && !response.redirected) bell.outerHTML = await response.text(); // our own server's fragment
}
