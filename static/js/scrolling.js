// What can be scrolled sideways can be reached by the keyboard, too; what fits is no stop on the way.
// (Not every browser lets the arrow keys scroll a box that holds nothing to focus.)
const BOXES = ".table-wrap, .prose pre";

function look(box) {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (!scrolls) {
    if (box.dataset.scrolls) {
      for (const name of ["tabindex", "role", "aria-label", "data-scrolls"]) box.removeAttribute(name);
    }
    return;
  }
  if (box.hasAttribute("tabindex")) return;
  const name = box.querySelector("caption")?.textContent.trim();
  box.tabIndex = 0;
  if (name) {
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
  }
  box.dataset.scrolls = "yes";
}

/** Boxes that are there, and those that come with a later part of the page. */
export function reachScrolled() {
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => look(entry.target)));
  const watch = (root) => root.querySelectorAll(BOXES).forEach((box) => (look(box), sizes.observe(box)));
  watch(document);
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.querySelector))) watch(document);
  }).observe(document.body, { childList: true, subtree: true });
}
