// What a post's page does for its readers beyond what it can without script. Each courtesy is fetched when it is needed.
const form = document.querySelector("[data-respond]");

form?.addEventListener("focusin", async () => (await import("./stamp.js")).stamp(form), { once: true });
