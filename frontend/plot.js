// Draws a table as a plot. The table stays the source: numbers in `data-value`, names in its head and first column.
import {
  BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
} from "chart.js";

Chart.register(
  BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
);
const COLOURS = ["--ember-fill", "--info", "--good", "--warn", "--bad"];
const drawn = [];

export function draw(figure) {
  const table = figure.querySelector("table");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.dataset.said);
  figure.querySelector("[data-plot-place]").append(canvas);
  const chart = new Chart(canvas, settings(figure.dataset.plot, read(table), figure.dataset));
  drawn.push({ chart, figure, table });
}

function read(table) {
  const [, ...names] = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const labels = rows.map((row) => row.cells[0].textContent.trim());
  const series = names.map((name, place) => ({
    name, values: rows.map((row) => { const { value } = row.cells[place + 1].dataset; return value === "" ? null : Number(value); }),
  }));
  return { labels, series };
}

function settings(kind, { labels, series }, { unit = "", axis = "" }) {
  const across = kind === "across";
  const line = kind === "lines";
  const stacked = kind === "stacked";
  const ink = token("--ink-soft");
  const scale = { grid: { color: token("--line") }, ticks: { color: ink }, border: { color: token("--line-strong") } };
  const numbers = { ...scale, beginAtZero: true, stacked, title: { display: Boolean(unit), text: unit, color: ink } };
  const names = { ...scale, stacked, grid: { display: false }, title: { display: Boolean(axis), text: axis, color: ink } };
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  return {
    type: line ? "line" : "bar",
    data: { labels, datasets: series.map((each, place) => dataset(each, token(COLOURS[place % COLOURS.length]), line)) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: across ? "y" : "x",
      interaction: { mode: "index", axis: across ? "y" : "x", intersect: false },
      scales: across ? { x: numbers, y: names } : { x: names, y: numbers },
      plugins: { legend: { display: series.length > 1, labels: { color: ink } } },
    },
  };
}

function dataset({ name, values }, colour, line) {
  return {
    label: name, data: values, backgroundColor: colour, borderColor: colour, borderWidth: line ? 2 : 0,
    borderRadius: 3, maxBarThickness: 42, pointRadius: 3, spanGaps: true,
  };
}

// A token as a colour that a canvas understands: `light-dark()` is resolved by an element that wears it.
function token(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function again() {
  for (const each of drawn) {
    const { options, data } = settings(each.figure.dataset.plot, read(each.table), each.figure.dataset);
    Object.assign(each.chart, { options, data });
    each.chart.update();
  }
}

new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
