// Extracts the texts of documents in a separate process, so that a hostile one affects itself only. It exchanges one document at a time with
// its parent over the IPC channel.
import { FORMATS } from '../../formats/register.ts';
import type { IssueCode } from '../../issues.ts';
import type { ChildReply } from '../../processes/limited-child.ts';
import { extractTexts } from './extract-texts.ts';
import { ScannedDocumentError } from './read-pdf.ts';

export type Extracted =
  | { readonly ok: true; readonly texts: readonly string[] }
  | {
      readonly ok: false;
      readonly code: Extract<IssueCode, 'text.broken-document' | 'text.scan'>;
      readonly given: string;
    };
export type ExtractRequest = {
  readonly id: number;
  readonly format: keyof typeof FORMATS;
  readonly bytes: Uint8Array;
};
const LONGEST_REASON = 200;

process.on('message', (request: ExtractRequest) => void answer(request));
process.on('disconnect', () => process.exit(0));

async function answer({ id, format, bytes }: ExtractRequest): Promise<void> {
  send({ id, started: true });
  send({ id, started: false, answer: await extracted(format, bytes) });
}

async function extracted(format: keyof typeof FORMATS, bytes: Uint8Array): Promise<Extracted> {
  try {
    return { ok: true, texts: await extractTexts(bytes, FORMATS[format]) };
  } catch (error) {
    const given = error instanceof Error ? error.message : String(error);
    if (error instanceof ScannedDocumentError) return { ok: false, code: 'text.scan', given };
    return { ok: false, code: 'text.broken-document', given: given.slice(0, LONGEST_REASON) };
  }
}

function send(reply: ChildReply<Extracted>): void {
  process.send?.(reply);
}
