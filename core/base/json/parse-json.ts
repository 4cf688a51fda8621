// JSON from outside: what a file, a queue or a request holds.

/** Returns the value, or undefined if the text is not JSON: JSON itself has no undefined, so a schema then reports it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
