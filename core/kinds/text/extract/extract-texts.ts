// The texts of a document that is more than its characters: Word, OpenDocument, PDF, EPUB, HTML, e-mails, subtitles.
import type { Format } from '../../formats/format.ts';
import { FORMATS } from '../../formats/register.ts';
import { decodeBytes, settleEncoding } from '../../reading/encoding.ts';
import { textOfHtml } from './read-html.ts';
import { readMail, splitMailbox } from './read-mail.ts';
import { textOfBook, textOfOdt, textOfWord } from './read-office.ts';
import { textOfPdf } from './read-pdf.ts';
import { linesSaid } from './read-subtitles.ts';

/** Extracts one text from each document; a mailbox contains many. */
type Extract = (bytes: Uint8Array) => Promise<readonly string[]> | readonly string[];

const EXTRACT: ReadonlyMap<Format, Extract> = new Map<Format, Extract>([
  [FORMATS.docx, async (bytes) => [await textOfWord(bytes)]],
  [FORMATS.odt, async (bytes) => [await textOfOdt(bytes)]],
  [FORMATS.pdf, async (bytes) => [await textOfPdf(bytes)]],
  [FORMATS.epub, async (bytes) => [await textOfBook(bytes)]],
  [FORMATS.html, (bytes) => [textOfHtml(decoded(bytes))]],
  [FORMATS.email, (bytes) => [readMail(bytes)]],
  [FORMATS.mailbox, (bytes) => splitMailbox(bytes).map(readMail)],
  [FORMATS.subtitles, (bytes) => [linesSaid(decoded(bytes))]],
  [FORMATS.webvtt, (bytes) => [linesSaid(decoded(bytes))]],
]);

/** Runs in a process of its own. Throws BrokenDocumentError, and ScannedDocumentError for a PDF without text. */
export async function extractTexts(bytes: Uint8Array, format: Format): Promise<readonly string[]> {
  return (EXTRACT.get(format) as Extract)(bytes);
}

function decoded(bytes: Uint8Array): string {
  const reading = settleEncoding(bytes, 'auto', { minConfidence: 50 });
  const own = bytes.subarray(reading?.bom ?? 0);
  const found = decodeBytes(own, reading?.encoding ?? 'utf-8');
  return found.ok ? found.text : new TextDecoder().decode(own);
}
