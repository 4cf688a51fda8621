// Decides whether bytes are text in UTF-8 or a single-byte encoding.
import { encodingByMark } from '../../base/first-bytes.ts';

const WHITE = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);
/** Maximum share of control characters in text. */
const MOST_CONTROLS = 0.05;

/** A few zero bytes are an issue of the text, unless it is also invalid UTF-8: then it is not text. */
export function looksLikeText(start: Uint8Array): boolean {
  if (encodingByMark(start) !== 'utf-8' || !start.includes(0)) return true;
  const odd = start.filter(isControl).length;
  return odd <= Math.max(1, start.length * MOST_CONTROLS) && isUtf8(start);
}

/** Without a byte that a text in UTF-8 or UTF-16 does not have. */
export function isSurelyText(start: Uint8Array): boolean {
  if (encodingByMark(start) !== 'utf-8') return true;
  return !start.some(isControl) && isUtf8(start);
}

function isControl(byte: number): boolean {
  return byte < 0x20 && !WHITE.has(byte);
}

/** The last character may be cut. */
function isUtf8(start: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}
