// Whether bytes are a text, in whatever encoding of one byte or of UTF-8.
import { encodingByMark } from '../../base/first-bytes.ts';

const WHITE = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);
/** Share of control characters in what is still a text. */
const MOST_CONTROLS = 0.05;

/** A zero byte now and then is a fault of a text; what is no UTF-8 besides is something else. */
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
