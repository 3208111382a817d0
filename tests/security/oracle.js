// Says what on a page could run, or is markup that no reader or author may make. Takes a document; returns sentences.
(document_, { reader, author, staff }) => {
  const forbidden = new Set("iframe frame frameset object embed applet base style marquee xmp plaintext".split(" "));
  const addresses = new Set("href src action formaction xlink:href data poster ping cite background srcset".split(" "));
  const ours = /^(\/(?!\/)|\?|#|\.|$|https?:\/\/(127\.0\.0\.1|localhost|testserver)(:\d+)?\/)/;
  const found = [];
  const say = (element, what) => found.push(`${what} in ${element.outerHTML.slice(0, 160)}`);
  const within = (element, selector, allowed, kind) => {
    const holder = element.closest(selector);
    const isAllowed = !holder || holder === element || allowed.includes(element.localName);
    if (!isAllowed) say(element, `<${element.localName}> by ${kind}`);
  };
  for (const element of document_.querySelectorAll("*")) {
    const name = element.localName;
    if (forbidden.has(name)) say(element, `<${name}>`);
    if (name === "script") {
      const isOurs = /^\/(static\/|admin\/jsi18n\/$)/.test(element.getAttribute("src") || "");
      const isData = /^application\/(ld\+)?json$/.test(element.type) && !element.hasAttribute("src");
      if (!isOurs && !isData) say(element, "a script");
    }
    if (name === "meta" && element.httpEquiv) say(element, "a meta that acts");
    const isElsewhere = name === "link" && !/^(https?:\/\/[^/]+)?\/(?!\/)/.test(element.getAttribute("href"));
    if (isElsewhere) say(element, "a link elsewhere");
    for (const { name: attribute, value } of element.attributes) {
      const scheme = value.replace(/[\u0000-\u0020]/g, "").toLowerCase();
      if (/^on/i.test(attribute)) say(element, "a handler");
      if (attribute === "style" || attribute === "srcdoc") say(element, `the attribute ${attribute}`);
      if (addresses.has(attribute) && /^(javascript|vbscript|data):/.test(scheme)) say(element, "an address that runs");
      if (/^(form)?action$/.test(attribute) && !ours.test(value)) say(element, "a form that leads elsewhere");
    }
    within(element, ".comment__body", reader, "a reader");
    if (!staff) within(element, ".prose", author, "an author");
  }
  return found;
}
