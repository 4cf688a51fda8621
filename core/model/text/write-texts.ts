// Texts as files.

const LINE_ENDS = /\r\n|[\n\r\u2028\u2029]/g;

/** Returns one text a line; a line end within a text is shown as an arrow. */
export function linesOf(texts: readonly string[]): string {
  return texts.map((text) => `${text.replaceAll(LINE_ENDS, '\u21b5')}\n`).join('');
}

/** A column `text`, after one of what each answers where that is given; in the form of RFC 4180. */
export function csvOfTexts(texts: readonly string[], header: boolean, sources?: readonly string[]): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = texts.map((text, at) => `${sources ? `${cell(sources[at] ?? '')},` : ''}${cell(text)}\n`);
  return (header ? (sources ? 'source,text\n' : 'text\n') : '') + lines.join('');
}

export function jsonLinesOfTexts(texts: readonly string[], sources?: readonly string[]): string {
  return texts.map((text, at) => `${JSON.stringify(sources ? { source: sources[at], text } : { text })}\n`).join('');
}
