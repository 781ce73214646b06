// The editor and the plots are scripts of others, built by the installation. Where they are, the head of the page says
// so, and they are loaded only when the page has something for them. Without them a textarea and a table do the work.
export async function enrich() {
  await Promise.all([
    each("textarea[data-editor]", "editor", (module, textarea) => module.mount(textarea)),
    each("[data-plot]", "plot", drawAbove),
  ]);
}

async function each(selector, name, work) {
  const found = document.querySelectorAll(selector);
  const address = document.querySelector(`meta[name="athanor-${name}"]`)?.content ?? found[0]?.dataset.editorFrom;
  if (!found.length || !address) return;
  try {
    const module = await import(address);
    for (const element of found) work(module, element);
  } catch (error) {
    console.info(`without the ${name}: ${error.message}`);
  }
}

function drawAbove(module, figure) {
  if (!figure.querySelector("tbody tr")) return;
  figure.querySelector("[data-plot-place]").hidden = false;
  figure.querySelector("details").open = false;
  module.draw(figure);
}
