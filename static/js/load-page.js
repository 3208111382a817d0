// The page at an address as the site renders it now, and for a form that was stored, where that is seen. Raises when the
// site is down or does not answer in twenty seconds.
import { showTimes } from "./local-times.js";

export const loadPage = async (address, options) => {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(20_000), ...options });
  if (answer.status >= 500) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  showTimes(page);
  return { page, where: answer.status === 201 && new URL(answer.headers.get("Location"), location) };
};

export const build = (tag, values) => Object.assign(document.createElement(tag), values);
