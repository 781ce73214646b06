// The list of headings beside a lesson shows where the reader is.
const links = new Map([...document.querySelectorAll(".contents a[href^='#']")].map((link) => [link.hash.slice(1), link]));
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);

function mark() {
  const line = window.innerHeight / 3;
  const here = headings.filter((heading) => heading.getBoundingClientRect().top < line).at(-1) ?? headings[0];
  for (const [id, link] of links) {
    if (id === here.id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

if (headings.length) {
  document.addEventListener("scroll", mark, { passive: true });
  mark();
}
