// Asking our own server for parts of the page.

export class Refused extends Error {
  constructor(status, html) {
    super(`refused with ${status}`);
    this.status = status;
    this.html = html; // our server's own fragment, or empty
  }
}

export class SignedOut extends Error {}

export async function get(url) {
  return read(await fetch(url, { headers: { "X-Requested-With": "fetch" } }));
}

// A part of the page, as our own server draws it; null where nothing comes: no connection, signed out, refused, or the
// browser is leaving the page, which ends every request of it.
export async function part(url) {
  try {
    const response = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}

export async function post(url, body) {
  return read(await fetch(url, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }));
}

async function read(response) {
  if (response.redirected && new URL(response.url).pathname.includes("/login/")) throw new SignedOut();
  const text = response.status === 204 ? "" : await response.text();
  if (!response.ok) throw new Refused(response.status, text.includes("<html") ? "" : text);
  return text;
}

export function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// crypto.randomUUID only exists on https and localhost; a class may use plain http.
export function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
