// Signing in, in another tab, made new tokens: every form of this page takes one of those.
export const TOKEN = "csrfmiddlewaretoken";

// Seconds until a site that says nothing counts as away.
const PATIENCE = 15;
export const patience = () => AbortSignal.timeout(PATIENCE * 1000);

// This page as the site makes it now; null when nobody is signed in.
export const freshPage = async () => {
  const answer = await fetch(location.pathname, { redirect: "manual", signal: patience() });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
};

export const takeTokens = (page) => {
  const { value } = page.querySelector(`[name=${TOKEN}]`);
  for (const field of document.querySelectorAll(`[name=${TOKEN}]`)) field.value = value;
};

const userOf = (page) => page.querySelector("[data-working]")?.dataset.user;

// Whoever signed in must be the one whose words these are.
export const renewed = async () => {
  const page = await freshPage();
  if (!page || userOf(page) !== userOf(document)) return false;
  takeTokens(page);
  return true;
};
