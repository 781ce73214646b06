// "5 minutes ago" stays true while the page is open.
const STEPS = [[60, "minute"], [3600, "hour"], [86400, "day"]];

export function keepTimesFresh() {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  setInterval(() => {
    for (const time of document.querySelectorAll("time[datetime]:not([data-fixed])")) renew(time, format);
  }, 30_000);
}

function renew(time, format) {
  const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
  const size = Math.abs(seconds);
  if (!Number.isFinite(seconds) || size < 60) return;
  const [length, unit] = size < 3570 ? STEPS[0] : size < 36 * 3600 ? STEPS[1] : STEPS[2];
  time.textContent = format.format(Math.round(seconds / length), unit);
}
