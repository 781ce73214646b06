// Temperature and top-p over real logits: every distribution on the page is drawn again at each move.
import { drawable, entropy, nucleus } from "./distribution.js";

const language = document.documentElement.lang || "en";
const one = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const two = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const SMALLEST = 0.0005;

export function percent(share) {
  return share > 0 && share < SMALLEST ? `< ${one.format(0.1)}\u202f%` : `${one.format(share * 100)}\u202f%`;
}

export function watchSliders(root) {
  root.addEventListener("input", (event) => {
    if (!event.target.matches("[data-slider]")) return;
    const step = event.target.closest("[data-step]");
    draw(step);
    carry(event.target);
  });
  root.addEventListener("submit", (event) => {
    if (event.target.matches(".lab-sliders")) event.preventDefault();
  });
}

// A rule that was found with the sliders holds for the next step, too.
function carry(slider) {
  const field = document.querySelector(`#lab-form [name="${slider.name}"]`);
  if (field) field.value = slider.value;
}

function draw(step) {
  const form = step.querySelector(".lab-sliders");
  const temperature = Number(form.elements.temperature.value);
  const topP = Number(form.elements.top_p.value);
  for (const place of form.querySelectorAll("[data-value]")) {
    place.textContent = two.format(Number(form.elements[place.dataset.value].value));
  }
  for (const [index, place] of step.querySelectorAll("[data-distribution]").entries()) {
    const outline = JSON.parse(place.dataset.distribution);
    bars(place, drawable(outline, temperature, topP));
    // Under a schema the first one holds only what is allowed: that is what will be drawn from.
    if (index === 0) say(form.querySelector("[data-sums]"), outline, temperature, topP);
  }
}

function bars(place, shares) {
  for (const [index, row] of place.querySelectorAll("[data-row]").entries()) {
    row.querySelector("[data-bar]").value = shares[index];
    row.querySelector("[data-share]").textContent = percent(shares[index]);
    row.classList.toggle("bar-out", shares[index] === 0);
  }
}

function say(place, outline, temperature, topP) {
  const count = nucleus(outline, temperature, topP);
  const words = count === null ? place.dataset.textOpen : place.dataset.textSums;
  place.textContent = words.replace("{entropy}", two.format(entropy(outline, temperature)))
    .replace("{n}", count ?? outline.best.length);
}
