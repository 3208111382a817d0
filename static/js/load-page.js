// The page at an address as the site renders it now, and for a form that was stored, where that is seen. Raises when the
// site cannot be reached or is down.
import { showTimes } from "./local-times.js";

const PATIENCE = 20_000; // milliseconds

export const loadPage = async (address, options) => {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
  if (answer.status >= 500) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  showTimes(page);
  return { page, where: answer.status === 201 && new URL(answer.headers.get("Location"), location) };
};

export const build = (tag, values) => Object.assign(document.createElement(tag), values);
