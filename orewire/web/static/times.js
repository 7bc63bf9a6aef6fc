// Times in the reader's zone: the page has them in UTC, for those without scripts.
const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll("time[datetime*='T']")) {
  const when = new Date(time.dateTime);
  if (isNaN(when)) continue;
  time.title = `${time.textContent} UTC`;
  time.textContent = moment.format(when);
}
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zone;
