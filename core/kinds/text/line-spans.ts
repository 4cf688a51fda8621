// How a file whose documents are lines or records is shared between units where it is not cut by bytes: in archives, and as CSV.
//
// A unit takes the documents that begin in its lines, whatever the file is read as. Lines cost far more than their bytes.
import { encodingByMark } from '../../base/first-bytes.ts';
import { LIMITS } from '../../base/limits.ts';

const NEWLINE = 0x0a;
const FORM_FEED = 0x0c;
const CARRIAGE_RETURN = 0x0d;

/** Documents that begin in `count` lines from the line `first` on, counted from 1; null: in all that follow. */
export type LineSpan = { readonly first: number; readonly count: number | null };
/** `documents`: an upper bound, nearly exact. `spans` is empty where the file is taken whole. */
export type LineCost = { readonly documents: number; readonly spans: readonly LineSpan[] };
export type SpanLimits = { readonly documents?: number; readonly bytes?: number };
type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Whether the document that begins in this line is one of the span; what has no line is one of the first. */
export function isInSpan(line: number | undefined, { first, count }: LineSpan): boolean {
  const at = line ?? 1;
  return at >= first && (count === null || at < first + count);
}

/** Reads a file piece by piece; each span is as long as the limits allow, but has one line at least. */
export async function measureLines(
  pieces: Pieces,
  unit: 'line' | 'column',
  limits: SpanLimits = {},
): Promise<LineCost> {
  // Lines of a text end with line feeds where it has any, those of a CSV with either.
  const [byFeed, byEither] = [openSpans(limits), openSpans(limits)];
  let isAfterReturn = false;
  for await (const piece of inUtf8(pieces))
    for (const byte of piece) {
      if (isAfterReturn && byte !== NEWLINE) {
        byFeed.documents++;
        byEither.endLine();
      }
      byFeed.bytes++;
      byEither.bytes++;
      isAfterReturn = byte === CARRIAGE_RETURN;
      if (byte === NEWLINE) {
        byFeed.endLine();
        byEither.endLine();
      } else if (byte === FORM_FEED) {
        byFeed.documents++;
        byEither.documents++;
      }
    }
  return (unit === 'line' && byFeed.line > 1 ? byFeed : byEither).close();
}

/** `bytes` and `documents` are those of the line that has not ended. */
function openSpans({
  documents: mostDocuments = LIMITS.textUnitDocuments,
  bytes: mostBytes = LIMITS.textUnitBytes,
}: SpanLimits) {
  const starts = [1];
  const span = { documents: 0, bytes: 0 };
  let all = 0;
  const lines = {
    line: 1,
    documents: 1,
    bytes: 0,
    endLine() {
      const isFull = span.documents + lines.documents > mostDocuments || span.bytes + lines.bytes > mostBytes;
      if (span.documents > 0 && isFull) {
        starts.push(lines.line);
        span.documents = 0;
        span.bytes = 0;
      }
      span.documents += lines.documents;
      span.bytes += lines.bytes;
      all += lines.documents;
      lines.line++;
      lines.documents = 1;
      lines.bytes = 0;
    },
    close(): LineCost {
      if (lines.bytes > 0) lines.endLine();
      const spans = starts.map((first, i) => {
        const next = starts[i + 1];
        return { first, count: next === undefined ? null : next - first };
      });
      return { documents: all, spans: spans.length > 1 ? spans : [] };
    },
  };
  return lines;
}

/** Text that is marked as UTF-16, as UTF-8. */
async function* inUtf8(pieces: Pieces): AsyncGenerator<Uint8Array> {
  let decoder: { decode(bytes: Uint8Array, options: { stream: boolean }): string } | undefined;
  let isFirst = true;
  for await (const piece of pieces) {
    const mark = isFirst ? encodingByMark(piece) : 'utf-8';
    isFirst = false;
    if (mark !== 'utf-8') decoder = new TextDecoder(mark);
    yield decoder ? new TextEncoder().encode(decoder.decode(piece, { stream: true })) : piece;
  }
}
