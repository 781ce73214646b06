// Says when the device is offline.
export function watchConnection() {
  const banner = document.getElementById("offline");
  if (!banner) return;
  const show = () => { banner.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
