// The body of an e-mail (RFC 5322, MIME): the plain text, or the text of the HTML where there is no other.
import { textOfHtml, tidied } from './read-html.ts';

const DEEPEST = 8;

/** The messages of a mailbox (mbox), each begun by a line `From ` after an empty one. */
export function splitMailbox(bytes: Uint8Array): Uint8Array[] {
  const text = latin1(bytes);
  const starts = [...text.matchAll(/(?:^|\n\r?\n)From [^\n]*\n/g)].map(({ index, 0: found }) => index + found.length);
  return starts.map((start, i) => {
    const next = starts[i + 1];
    const end = next === undefined ? text.length : text.lastIndexOf('\nFrom ', next - 1);
    return bytes.subarray(start, Math.max(start, end));
  });
}

export function readMail(bytes: Uint8Array): string {
  const { plain, html } = partsOf(latin1(bytes), 0);
  return plain.length > 0 ? plain.join('\n').trim() : html.map(textOfHtml).join('\n');
}

type Bodies = { readonly plain: string[]; readonly html: string[] };

/** `message`: its bytes as Latin-1, so that every byte is kept until the character set is known. */
function partsOf(message: string, depth: number): Bodies {
  const end = /\r?\n\r?\n/.exec(message);
  const head = (end ? message.slice(0, end.index) : message).replaceAll(/\r?\n[ \t]+/g, ' ');
  const body = end ? message.slice(end.index + end[0].length) : '';
  const header = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const type = header('Content-Type') || 'text/plain';
  const boundary = /boundary\s*=\s*"?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary !== undefined && depth < DEEPEST) {
    const inner = body
      .split(`--${boundary}`)
      .slice(1)
      .filter((part) => !part.startsWith('--'));
    const found = inner.map((part) => partsOf(part.replace(/^\r?\n/, ''), depth + 1));
    return { plain: found.flatMap(({ plain }) => plain), html: found.flatMap(({ html }) => html) };
  }
  if (/^attachment/i.test(header('Content-Disposition'))) return { plain: [], html: [] };
  const charset = /charset\s*=\s*"?([\w.:-]+)"?/i.exec(type)?.[1] ?? 'utf-8';
  const text = decode(unwrapped(body, header('Content-Transfer-Encoding').toLowerCase()), charset);
  if (/^text\/html/i.test(type)) return { plain: [], html: [text] };
  return { plain: /^text\//i.test(type) && tidied(text) !== '' ? [text.replaceAll('\r\n', '\n')] : [], html: [] };
}

function unwrapped(body: string, encoding: string): Uint8Array {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1');
  const bytes = body
    .replaceAll(/=[ \t]*\r?\n/g, '')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(bytes, 'latin1');
}

function decode(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
