// Storage may be forbidden or full: returns undefined then, and nothing breaks.
export const tryStorage = (action) => {
  try {
    return action();
  } catch {
    return undefined;
  }
};
