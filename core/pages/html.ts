// HTML put together from parts: what comes from data is text, whatever it holds.

/** Markup that is safe to stand in a page. */
export type Html = { readonly markup: string };
type Part = string | number | Html | readonly Html[] | false | null | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Turns around what follows it, or shows nothing: a file name could pass for another. */
const UNSEEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Values are escaped, nested templates are not; false, null and undefined leave nothing. Attributes must be quoted. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] as string;
  for (const [i, part] of parts.entries()) markup += markupOf(part) + (strings[i + 1] as string);
  return { markup };
}

/** Wraps markup that this project wrote itself, such as a drawing, so that it is not escaped. */
export function trusted(markup: string): Html {
  return { markup };
}

export function escapeHtml(text: string): string {
  return text.replaceAll(UNSEEN, '\ufffd').replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] as string);
}

function markupOf(part: Part): string {
  if (part === false || part === null || part === undefined) return '';
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
  return escapeHtml(String(part));
}
