// A banner that says that the stream of events was lost, beside the one that says that the device is offline.
export function lostBanner(text) {
  const banner = document.getElementById("offline").cloneNode(true);
  banner.id = "lost";
  banner.hidden = true;
  banner.querySelector("span").textContent = text;
  document.getElementById("offline").after(banner);
  return banner;
}
