// Writes times in the reader's own zone, as the site writes them, with how long ago that was: beside recent ones, and in
// the title of old ones. The foot of every page holds the order of a date's parts and the names of the months
// (templates/_footer.html), since browsers know neither in every language. It also names the site's zone, which only
// readers without this script need.
const MINUTE = 60_000; // milliseconds
const DAY = 24 * 60 * MINUTE;
const UNITS = [["year", 365 * DAY], ["month", 30 * DAY], ["day", DAY], ["hour", 60 * MINUTE], ["minute", MINUTE]];
const RECENT = 30 * DAY;

const twoDigits = (number) => String(number).padStart(2, "0");

// `pattern` is one of Django's: j, E, Y, H and i, and other letters after a backslash.
export const formatLocalTime = (date, pattern) => {
  const { pattern: whole, months } = document.querySelector("[data-months]").dataset;
  const month = months.split("|")[date.getMonth()];
  const parts = {
    j: date.getDate(), E: month, F: month, Y: date.getFullYear(), H: twoDigits(date.getHours()), i: twoDigits(date.getMinutes()),
  };
  return (pattern || whole).replace(/\\(.)|[jEFYHi]/g, (letter, literal) => literal ?? parts[letter]);
};

// "" in a language of which the browser knows no more than its name: such a browser says "-3 h".
const describeAge = (age) => {
  const [unit, length] = UNITS.find((one) => age >= one[1]);
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang).format(-Math.floor(age / length), unit);
  return /^[-−]/.test(words) ? "" : words;
};

// Screen readers hear the time alone.
const showAge = (time) => {
  const age = Math.max(Date.now() - new Date(time.dateTime), MINUTE);
  const words = describeAge(age);
  if (!words) return;
  time.querySelector(".ago")?.remove();
  if (age >= RECENT) time.title = words;
  else {
    const span = document.createElement("span");
    Object.assign(span, { className: "ago", ariaHidden: "true", textContent: ` (${words})` });
    time.append(span);
  }
};

// `page` may be one that was loaded by a script.
export const showTimes = (page) => {
  for (const time of page.querySelectorAll("time[data-local]")) {
    time.textContent = formatLocalTime(new Date(time.dateTime), time.dataset.local);
    if (!time.dataset.local) showAge(time);
  }
};

export const startLocalTimes = () => {
  // At once: no line disappears from a page that is shown.
  document.documentElement.dataset.localTimes = "";
  document.addEventListener("DOMContentLoaded", () => showTimes(document));
  setInterval(() => document.querySelectorAll("time[data-local]:has(.ago)").forEach(showAge), MINUTE);
};
