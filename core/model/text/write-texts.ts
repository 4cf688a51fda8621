// Texts as files.

const LINE_ENDS = /\r\n|[\n\r\u2028\u2029]/g;

/** Returns one text a line; a line end within a text is shown as an arrow. */
export function linesOf(texts: readonly string[]): string {
  return texts.map((text) => `${text.replaceAll(LINE_ENDS, '\u21b5')}\n`).join('');
}

/** A column `text`, in the form of RFC 4180. */
export function csvOfTexts(texts: readonly string[], header: boolean): string {
  const lines = texts.map((text) => `"${text.replaceAll('"', '""')}"\n`);
  return (header ? 'text\n' : '') + lines.join('');
}

export function jsonLinesOfTexts(texts: readonly string[]): string {
  return texts.map((text) => `${JSON.stringify({ text })}\n`).join('');
}
