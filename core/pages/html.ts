// Builds HTML from parts. Data is always escaped.

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
/** Characters that are invisible or change the text direction: with them a file name could look like another. */
const UNSEEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * Values are escaped, nested templates are not; false, null and undefined render nothing. Attributes must be quoted.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] as string;
  for (const [i, part] of parts.entries()) markup += markupOf(part) + (strings[i + 1] as string);
  return { markup };
}

/** Marks markup from goldpan itself, such as a chart, so that it is not escaped. */
export function trusted(markup: string): Html {
  return { markup };
}

export function escapeHtml(text: string): string {
  return showUnseen(text).replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] as string);
}

/** Puts a visible sign in the place of each character that is not seen. */
export function showUnseen(text: string): string {
  return text.replaceAll(UNSEEN, '\ufffd');
}

function markupOf(part: Part): string {
  if (part === false || part === null || part === undefined) return '';
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
  return escapeHtml(String(part));
}
