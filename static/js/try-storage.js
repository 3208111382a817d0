// Storage may be forbidden or full: then nothing is kept, and nothing breaks.
export const attempt = (what) => {
  try {
    return what();
  } catch {
    return undefined;
  }
};
