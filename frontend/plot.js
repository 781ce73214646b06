// Draws a table as a plot. The table stays the source: numbers in `data-value`, names in its head and first column.
import {
  BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
} from "chart.js";

Chart.register(
  BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
);
const COLOURS = ["--ember-fill", "--info", "--good", "--warn", "--bad"];
const LONGEST = 34; // characters of a name beside a bar; the table has it whole
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
  const [, ...heads] = table.tHead.rows[0].cells;
  const rows = [...table.tBodies[0].rows];
  const labels = rows.map((row) => row.cells[0].textContent.trim());
  const series = heads.map((head, place) => ({
    name: head.textContent.trim(),
    drawn: !("undrawn" in head.dataset),
    percent: head.dataset.shown === "percent",
    values: rows.map((row) => { const { value } = row.cells[place + 1].dataset; return value === "" ? null : Number(value); }),
  })).filter((each) => each.drawn);
  return { labels, series };
}

function settings(kind, { labels, series }, { unit = "", axis = "" }) {
  const across = kind === "across";
  const line = kind === "lines";
  const stacked = kind === "stacked";
  const ink = token("--ink-soft");
  const scale = { grid: { color: token("--line") }, ticks: { color: ink }, border: { color: token("--line-strong") } };
  const percent = series.every((each) => each.percent);
  const numbers = {
    ...scale, beginAtZero: true, stacked, ticks: percent ? { color: ink, callback: inPercent } : scale.ticks,
    ...(percent ? { max: 1 } : {}), title: { display: Boolean(unit), text: unit, color: ink },
  };
  const title = { display: Boolean(axis) && !across, text: axis, color: ink }; // names that lie say what they are
  const ticks = across ? { color: ink, autoSkip: false, callback: (_value, place) => shortened(labels[place]) } : scale.ticks;
  const names = { ...scale, stacked, ticks, grid: { display: false }, title };
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
      plugins: {
        legend: { display: series.length > 1, labels: { color: ink } },
        tooltip: percent ? { callbacks: { label: ({ raw }) => inPercent(raw) } } : {},
      },
    },
  };
}

function dataset({ name, values }, colour, line) {
  return {
    label: name, data: values, backgroundColor: colour, borderColor: colour, borderWidth: line ? 2 : 0,
    borderRadius: 3, maxBarThickness: 42, pointRadius: 3, spanGaps: true,
  };
}

function inPercent(value) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(value);
}

function shortened(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text;
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
