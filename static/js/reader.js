// What a post's page can do more where scripts run. Each part is fetched when it is first needed.
const start = () => import("./quote.js").then((part) => part.start());

let quoting;
const wake = () => { quoting ??= start(); };

const isQuotable = () => {
  const { anchorNode, isCollapsed } = getSelection();
  return !isCollapsed && (anchorNode?.parentElement ?? anchorNode)?.closest?.("[data-quotable]");
};

const waits = () => {
  try {
    return sessionStorage.getItem("quote") !== null;
  } catch {
    return false;
  }
};

document.addEventListener("selectionchange", () => { if (isQuotable()) wake(); });
if (document.querySelector("[data-quoted]") || waits()) wake();

const form = document.querySelector("[data-respond]");

form?.addEventListener("focusin", async () => (await import("./stamp.js")).stamp(form), { once: true });
