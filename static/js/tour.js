// One step at a time on small screens, all side by side on large ones. Arrow keys move; without this file all are shown.
const SMALL = matchMedia("(max-width: 44rem)");

for (const tour of document.querySelectorAll("[data-tour]")) start(tour);

function start(tour) {
  const steps = [...tour.querySelectorAll("[data-tour-step]")];
  const place = tour.querySelector("[data-tour-place]");
  let here = 0;
  const show = () => {
    steps.forEach((step, n) => { step.hidden = SMALL.matches && n !== here; });
    tour.querySelector("[data-tour-moves]").hidden = !SMALL.matches;
    tour.querySelector("[data-tour-back]").disabled = here === 0;
    tour.querySelector("[data-tour-next]").disabled = here === steps.length - 1;
    place.textContent = place.dataset.text.replace("{n}", here + 1).replace("{all}", steps.length);
  };
  const move = (by) => {
    here = Math.min(steps.length - 1, Math.max(0, here + by));
    show();
  };
  tour.querySelector("[data-tour-back]").addEventListener("click", () => move(-1));
  tour.querySelector("[data-tour-next]").addEventListener("click", () => move(1));
  tour.addEventListener("keydown", (event) => {
    if (SMALL.matches && event.key === "ArrowRight") move(1);
    if (SMALL.matches && event.key === "ArrowLeft") move(-1);
  });
  SMALL.addEventListener("change", show);
  show();
}
