// The next piece is fetched while this one is read, and claimed only when it is on the screen.
export class NotTaken extends Error {}

const RENEW = 4 * 60_000; // milliseconds; a claim lasts ten minutes
let ahead = { address: "", page: null };
let heart = 0;
let claiming = Promise.resolve();

// A piece is on the screen: the keys work, it stays mine while it is there, and the next one is on its way.
export function arrive() {
  document.querySelector(".review").dataset.ready = "yes";
  clearInterval(heart);
  heart = setInterval(claim, RENEW);
  fetchAhead();
}

function fetchAhead() {
  const address = document.querySelector(".review-tools")?.dataset.next ?? "";
  const page = address
    ? fetch(address, { headers: { "X-Requested-With": "prefetch" } })
        .then(async (response) => (response.ok && !response.redirected ? parse(await response.text()) : null))
        .catch(() => null)
    : null;
  ahead = { address, page };
}

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

// A decision waits for it: a claim that came after it would hold a piece that nobody reads any more.
function claim() {
  claiming = askForClaim();
  return claiming;
}

async function askForClaim() {
  const form = document.getElementById("decision");
  if (!form) return;
  const response = await fetch(form.dataset.claim, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (response?.status === 409) document.getElementById("taken")?.removeAttribute("hidden");
}

export async function send(address, body) {
  await claiming;
  const response = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  const isJson = response.headers.get("Content-Type")?.includes("json");
  if (!isJson && (response.redirected || response.status >= 500 || response.status === 403 || response.status === 404)) throw new NotTaken();
  return isJson ? { ...(await response.json()), page: null } : { next: "", said: "", page: parse(await response.text()) };
}

// Shows what the answer leads to; false when the browser itself goes there.
export async function goOn({ next, said, page }) {
  if (page) {
    replace(page); // refused: the same work with the reason, and all that was typed
    document.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
    return true;
  }
  const found = ahead.address && same(ahead.address, next) ? await ahead.page : null;
  if (!found || styles(found) !== styles(document)) {
    location.assign(next);
    return false;
  }
  history.pushState({}, "", next);
  replace(found);
  const status = document.getElementById("said");
  if (status) status.textContent = said;
  claim();
  return true;
}

function same(one, other) {
  return new URL(one, location.href).href === new URL(other, location.href).href;
}

function styles(page) {
  return [...page.querySelectorAll("link[rel=stylesheet]")].map((link) => link.getAttribute("href")).join(" ");
}

function replace(page) {
  document.title = page.title;
  document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
  arrive();
  scrollTo(0, 0);
}

addEventListener("popstate", () => location.reload());
