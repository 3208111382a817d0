// Signing in from another tab creates new CSRF tokens: fetches them for every form of this page.
export const TOKEN = "csrfmiddlewaretoken";

// Seconds until a site that does not respond counts as unreachable.
const TIMEOUT = 15;
export const timeoutSignal = () => AbortSignal.timeout(TIMEOUT * 1000);

// This page as the site renders it now; null when nobody is signed in.
export const fetchPage = async () => {
  const answer = await fetch(location.pathname, { redirect: "manual", signal: timeoutSignal() });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
};

export const applyTokens = (page) => {
  const { value } = page.querySelector(`[name=${TOKEN}]`);
  for (const field of document.querySelectorAll(`[name=${TOKEN}]`)) field.value = value;
};

const userOf = (page) => page.querySelector("[data-autosave]")?.dataset.user;

// False unless the account that signed in again is the one that wrote this text.
export const renewTokens = async () => {
  const page = await fetchPage();
  if (!page || userOf(page) !== userOf(document)) return false;
  applyTokens(page);
  return true;
};
