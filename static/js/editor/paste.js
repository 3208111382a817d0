// Rich text that is pasted, and documents that are dropped or chosen: the site turns them into Markdown.
import { apply, block, edit, stateOf } from "./edits.js";
import { handlePaste } from "./links.js";
import { TOKEN, renewTokens, timeoutSignal } from "../csrf-tokens.js";

const DOCUMENT = /\.(?:docx|odt|md)$/i;
const MAX_PICTURES = 20;
const MARKED = "h1,h2,h3,h4,h5,h6,b,strong,i,em,cite,s,del,strike,sup,sub,a[href],ul,ol,dl,table,blockquote,pre,code,tt,img,hr";
const BLOCKS = "p,div,br";
const MARKED_STYLE = new RegExp([
  "font-weight:\\s*(?:bold|[6-9]\\d\\d)", "font-style:\\s*(?:italic|oblique)", "line-through",
  "vertical-align:\\s*(?:super|sub)", "font-family:[^;]*(?:courier|consolas|menlo|monaco|mono)",
].join("|"), "i");

// Without styles: the content security policy forbids them in this document too, and would report each.
const parse = (html) => new DOMParser().parseFromString(html.replace(/(\s)style(?=\s*=)/gi, "$1data-style"), "text/html");

// One paragraph without any formatting is pasted as if it were typed.
const isRich = (page) => page.querySelector(MARKED) !== null
  || page.querySelectorAll(BLOCKS).length > 1
  || [...page.querySelectorAll("[data-style]")].some((element) => MARKED_STYLE.test(element.dataset.style));

const isImage = (file) => file.type.startsWith("image/");

const toFile = (content, type, number) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  return new File([bytes], `${number + 1}.${type.split("/")[1]}`, { type });
};

// The pictures that the clipboard itself carries. Word adds a picture of the whole text, which is not meant.
const takePictures = (page, files) => {
  const inside = [...page.querySelectorAll("img")].filter(({ src }) => !/^https?:/.test(src));
  const pictures = [];
  for (const image of inside) {
    const [, type, content] = /^data:(image\/[a-z]+);base64,(.+)$/is.exec(image.src) ?? [];
    try {
      if (content && pictures.length < MAX_PICTURES) pictures.push(toFile(content, type, pictures.length));
    } catch {
      // Damaged: there is nothing to offer.
    }
  }
  return pictures.length || !inside.length ? pictures : [...files].filter(isImage);
};

const nextNote = (text) => Math.max(0, ...[...text.matchAll(/\[\^(\d{1,6})\]/g)].map((match) => Number(match[1]))) + 1;

// Where a position of the text `before` is in the text `now`, after typing elsewhere; null if it is gone.
const follow = (before, at, now) => {
  if (before === now) return at;
  const shortest = Math.min(before.length, now.length);
  let head = 0;
  while (head < shortest && before[head] === now[head]) head += 1;
  if (head >= at) return at;
  let tail = 0;
  while (tail < shortest - head && before.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return at >= before.length - tail ? at + now.length - before.length : null;
};

const put = (field, before, words, isInline) => {
  const now = stateOf(field);
  const [from, to] = [before.start, before.end].map((at) => follow(before.text, at, now.text));
  const [start, end] = from === null || to === null ? [now.end, now.end] : [from, to];
  apply(field, isInline ? edit(start, end, words, start + words.length) : block(now.text, start, end, words, words.length));
};

const readAnswer = async (answer) => {
  try {
    return await answer.json();
  } catch {
    return {}; // a page: signing in, or an error
  }
};

export const start = (root, field) => {
  const statusLine = root.querySelector("[data-paste-status]");
  const chooser = root.querySelector("[data-file]");
  const { convert, converting, inserted, offline, signedOut } = statusLine.dataset;

  const post = (file, name, text) => {
    const body = new FormData();
    body.set(TOKEN, field.form.elements[TOKEN].value);
    body.set("first_note", nextNote(text));
    body.set("file", file, name);
    return fetch(convert, { method: "POST", body, signal: timeoutSignal() });
  };

  // The site's answer, or the reason why there is none.
  const ask = async (file, name, text) => {
    try {
      let answer = await post(file, name, text);
      if (answer.status === 403 && await renewTokens()) answer = await post(file, name, text);
      const converted = await readAnswer(answer);
      if (converted.markdown !== undefined || converted.refusal) return converted;
      return { refusal: answer.redirected || answer.status === 403 ? signedOut : offline };
    } catch {
      return { refusal: offline };
    }
  };

  const offer = (pictures) => {
    if (!pictures.length) return;
    root.dispatchEvent(new CustomEvent("editor:figure", { bubbles: true, cancelable: true, detail: { files: pictures } }));
  };

  // What cannot be converted is pasted as plain text; of a file there is none.
  const insert = async (file, name, { plain = "", pictures = [] } = {}) => {
    const before = stateOf(field);
    statusLine.textContent = converting;
    const { markdown, is_inline: isInline, pictures: carried = [], refusal } = await ask(file, name, before.text);
    if (refusal) {
      if (plain) put(field, before, plain, true);
      statusLine.textContent = plain ? `${refusal} ${statusLine.dataset.plain}` : refusal;
      return;
    }
    if (markdown) put(field, before, markdown, isInline);
    statusLine.textContent = inserted;
    offer([...pictures, ...carried.map(({ type, content }, number) => toFile(content, type, number))]);
  };

  field.addEventListener("paste", (event) => {
    const { clipboardData: clip } = event;
    const plain = clip.getData("text/plain");
    if (apply(field, handlePaste(stateOf(field), plain))) {
      event.preventDefault();
      return;
    }
    const html = clip.getData("text/html");
    // An editor of code copies its colours; an image alone is for the library.
    if (!html || !plain || clip.types.includes("vscode-editor-data")) return;
    const page = parse(html);
    if (!isRich(page)) return;
    event.preventDefault();
    const pictures = takePictures(page, clip.files);
    const words = html.replace(/(["'])data:image\/[^"']*\1/gi, "$1$1"); // the pictures go to the library
    insert(new Blob([words]), "clipboard.html", { plain, pictures });
  });

  const insertAll = async (files) => {
    for (const file of files) await insert(file, file.name);
  };
  field.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  field.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files].filter(({ name }) => DOCUMENT.test(name));
    if (!files.length) return;
    event.preventDefault();
    insertAll(files);
  });
  chooser.addEventListener("change", () => {
    insertAll([...chooser.files]);
    chooser.value = "";
  });
  return () => chooser.click();
};
