import { part } from "./requests.js";

// The bell of a page that stands open for long: asked again when the person comes back to it, and when the page hears news.
export function keepBellFresh() {
  if (!document.getElementById("bell")) return;
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renewBell());
  document.addEventListener("athanor:news", renewBell);
}

async function renewBell() {
  const bell = document.getElementById("bell");
  const drawn = await part(bell.dataset.bell);
  if (drawn !== null) bell.outerHTML = drawn;
}
