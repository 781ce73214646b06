// Pictures beside each other: the page's own comparison, fetched in place; what differs is marked.
import { get } from "../../js/requests.js";

export function compareInPlace(root, gallery) {
  const place = document.getElementById("compare");
  mark(place);
  document.addEventListener("submit", async (event) => {
    if (event.target.id !== "compare-form") return;
    event.preventDefault();
    try {
      const wanted = gallery.compared().map((key) => `compare=${encodeURIComponent(key)}`).join("&");
      const html = await get(`${location.pathname}?${wanted}`);
      const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("compare");
      place.replaceChildren(...fresh.childNodes);
      mark(place);
      place.scrollIntoView({ block: "start" });
    } catch (error) {
      gallery.maker.complain(error);
    }
  });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close-comparison]")) return;
    event.preventDefault();
    place.replaceChildren();
  });
}

// Marks the parameters that are not the same everywhere; prompts × seeds become a table.
function mark(place) {
  const shown = [...place.querySelectorAll("figure")];
  if (shown.length < 2) return;
  const values = new Map();
  for (const term of place.querySelectorAll("dt")) {
    values.set(term.textContent, (values.get(term.textContent) ?? new Map()));
    const said = term.nextElementSibling.textContent;
    values.get(term.textContent).set(said, (values.get(term.textContent).get(said) ?? 0) + 1);
  }
  for (const term of place.querySelectorAll("dt")) {
    const found = values.get(term.textContent);
    const same = found.size === 1 && [...found.values()][0] === shown.length;
    term.classList.toggle("differs", !same);
    term.nextElementSibling.classList.toggle("differs", !same);
  }
  arrange(place.querySelector("[data-comparison]"), shown);
}

function arrange(grid, shown) {
  const [prompts, seeds] = ["prompt", "seed"].map((name) => [...new Set(shown.map((each) => each.dataset[name]))]);
  if (prompts.length < 2 || seeds.length < 2 || prompts.length * seeds.length !== shown.length || seeds.length > 6) return;
  const order = (each) => prompts.indexOf(each.dataset.prompt) * seeds.length + seeds.indexOf(each.dataset.seed);
  if (new Set(shown.map(order)).size !== shown.length) return;
  grid.classList.add(`comparison-columns-${seeds.length}`);
  grid.replaceChildren(...shown.sort((one, other) => order(one) - order(other)));
}
