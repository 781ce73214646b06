import { part } from "./requests.js";

// data-refresh="<address>" data-every="<seconds>": the element asks for itself again while somebody looks at the page.
for (const element of document.querySelectorAll("[data-refresh]")) keepFresh(element.id, Number(element.dataset.every));

function keepFresh(id, seconds) {
  setInterval(() => {
    const element = document.getElementById(id);
    const busy = element?.contains(document.activeElement) || element?.querySelector("details[open]");
    if (element && !busy && document.visibilityState === "visible" && navigator.onLine) renew(element);
  }, seconds * 1000);
}

async function renew(element) {
  const drawn = await part(element.dataset.refresh);
  if (drawn !== null) element.outerHTML = drawn;
}
