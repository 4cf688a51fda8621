// The text layer of a PDF document, by pdf.js: a line for each line of a page, in the order in which the document has them.
import { BrokenDocumentError } from '../../office/zip-parts.ts';
import { tidied } from './read-html.ts';

const MOST_PAGES = 10_000;
const MOST_CHARACTERS = 64 * 2 ** 20;

/** A document whose pages are pictures. */
export class ScannedDocumentError extends Error {}

/** Throws BrokenDocumentError, and ScannedDocumentError where no page has any text. */
export async function textOfPdf(bytes: Uint8Array): Promise<string> {
  const { getDocumentProxy } = await import('unpdf');
  // pdf.js takes the bytes over, so they are copied.
  const document = await getDocumentProxy(new Uint8Array(bytes), {
    stopAtErrors: false,
    disableFontFace: true,
    useSystemFonts: false,
    verbosity: 0,
  }).catch((error: Error) => {
    throw new BrokenDocumentError(
      error.name === 'PasswordException' ? 'a document with a password' : `no valid PDF (${error.message})`,
    );
  });
  if (document.numPages > MOST_PAGES)
    throw new BrokenDocumentError(`${document.numPages} pages; at most ${MOST_PAGES}`);
  const pages: string[] = [];
  let characters = 0;
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('');
    characters += text.length;
    if (characters > MOST_CHARACTERS) throw new BrokenDocumentError(`more than ${MOST_CHARACTERS} characters`);
    pages.push(text);
    page.cleanup();
  }
  const text = tidied(pages.join('\n'));
  if (text === '')
    throw new ScannedDocumentError(`${document.numPages} ${document.numPages === 1 ? 'page' : 'pages'} without text`);
  return text;
}
