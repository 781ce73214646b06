// Comments beside the work: which place is meant, a part of a picture, and sending without leaving the page.
const box = () => document.getElementById("comment-box");
const places = () => [...document.querySelectorAll("[data-comment]")];

export function takeComments() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-comment]");
    if (link && box()) {
      event.preventDefault();
      open(link.closest("[data-anchor]"));
    }
    const removing = event.target.closest("[data-remove]");
    if (removing) {
      event.preventDefault();
      remove(removing);
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.submitter?.id !== "say") return;
    event.preventDefault();
    say(event.target, event.submitter);
  }, true);
  document.addEventListener("pointerdown", draw);
  document.addEventListener("input", (event) => event.target.matches("[data-side]") && outline());
}

// c: about the place whose link has the focus, else about the whole.
export function beginComment() {
  open(document.activeElement?.closest("[data-anchor]"));
}

export function stepPlace(step) {
  const all = places();
  const at = all.indexOf(document.activeElement);
  all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))]?.focus();
}

function open(place) {
  const form = box();
  if (!form) return;
  const anchor = place?.dataset.anchor ?? "";
  const line = form.querySelector("[data-comment-on]");
  line.textContent = anchor ? `${line.dataset.part} ${place.dataset.place || anchor}` : line.dataset.whole;
  form.querySelector("[name=anchor]").value = anchor;
  showPicture(place?.dataset.picture ?? "");
  form.querySelector("textarea").focus();
}

function showPicture(address) {
  const details = box().querySelector("[data-region]");
  const drawing = details.querySelector("[data-draw]");
  drawing.toggleAttribute("hidden", !address);
  details.open = Boolean(address);
  if (address) drawing.querySelector("image").setAttribute("href", address);
  for (const input of details.querySelectorAll("[data-side]")) input.value = "";
  outline();
}

function outline() {
  const rectangle = box()?.querySelector("[data-draw] rect");
  for (const input of box()?.querySelectorAll("[data-side]") ?? []) {
    rectangle.setAttribute(input.dataset.side, Number(input.value.replace(",", ".")) || 0);
  }
}

function draw(event) {
  const drawing = event.target.closest?.("[data-draw]");
  if (!drawing) return;
  event.preventDefault();
  const frame = drawing.getBoundingClientRect();
  const at = (move) => ["clientX", "clientY"].map((name, axis) => {
    const size = axis ? frame.height : frame.width;
    return Math.min(100, Math.max(0, ((move[name] - (axis ? frame.top : frame.left)) / size) * 100));
  });
  const begin = at(event);
  const follow = (move) => fill(begin, at(move));
  const end = () => removeEventListener("pointermove", follow);
  addEventListener("pointermove", follow);
  addEventListener("pointerup", end, { once: true });
}

function fill([x, y], [right, bottom]) {
  const sides = { x: Math.min(x, right), y: Math.min(y, bottom), width: Math.abs(right - x), height: Math.abs(bottom - y) };
  for (const [name, value] of Object.entries(sides)) box().querySelector(`[data-side="${name}"]`).value = value.toFixed(1);
  outline();
}

async function say(form, button) {
  const words = box().querySelector("textarea");
  const anchor = box().querySelector("[name=anchor]").value;
  const response = await post(button.formAction, new FormData(form, button));
  if (response?.status !== 201) {
    notSaid(response, form, button);
    return;
  }
  const drawn = new DOMParser().parseFromString(response.text, "text/html").body.firstElementChild;
  const place = document.querySelector(`.comments[data-anchor="${CSS.escape(anchor)}"]`);
  const link = place?.querySelector("[data-comment]");
  if (link) link.before(drawn);
  else place?.append(drawn);
  words.value = "";
  for (const name of ["keep", "share"]) form.elements[name].checked = false;
  showPicture("");
  words.blur();
  link?.focus();
}

// Refused: why. No connection: so it says. Signed out, or no grader any more: the server's own page says it.
function notSaid(response, form, button) {
  const words = box().querySelector("textarea");
  if (!response) {
    document.getElementById("unsent")?.removeAttribute("hidden");
  } else if (response.status === 422) {
    words.setCustomValidity(response.text);
    words.reportValidity();
    words.addEventListener("input", () => words.setCustomValidity(""), { once: true });
  } else {
    form.action = button.formAction;
    HTMLFormElement.prototype.submit.call(form);
  }
}

async function remove(button) {
  const form = document.getElementById("decision");
  const response = await post(button.formAction, new FormData(form));
  if (response?.status === 204) button.closest(".comment").remove();
}

function post(address, body) {
  return fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" } })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => null); // no connection
}
