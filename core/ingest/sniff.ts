// Detects the format of an object from its first bytes. Its name and declared content type are not trusted.
import { UNMARKED_UTF_16 } from '../base/first-bytes.ts';
import { KINDS, type Kind } from '../base/names.ts';
import { findSound } from '../kinds/audio/decode/find-sound.ts';
import { firstMpegFrame } from '../kinds/audio/decode/mpeg-frames.ts';
import type { Family } from '../kinds/define/kind-definition.ts';
import { type FirstBytes, findFormat } from '../kinds/formats/find-format.ts';
import { type Format, refusedFormat } from '../kinds/formats/format.ts';
import { looksLikeText } from '../kinds/formats/looks-like-text.ts';
import { FORMATS } from '../kinds/formats/register.ts';
import { UNKNOWN_TYPE } from '../kinds/formats/type-facts.ts';
import { definitionOf } from '../kinds/registry/definitions.ts';
import { gunzipStart } from '../kinds/table/read/gunzip-start.ts';
import { BLOCK_BYTES, readTarHeader } from './archive/tar-header.ts';

/** Names of pictures, sounds and archives. */
const NAMED_OTHERWISE =
  /\.(jpe?g|png|webp|gif|bmp|tiff?|hei[cf]|avif|jxl|wav|mp3|flac|ogg|oga|opus|m4a|aac|aiff?|zip|tar|tgz)$/i;
const GZIP = /\.gz$/i;
const MOSTLY = 0.8;
const HARDLY = 0.05;
const SCRIPTS = [
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  /\p{Script=Hangul}/gu,
  /\p{Script=Cyrillic}/gu,
  /\p{Script=Greek}/gu,
  /\p{Script=Arabic}/gu,
  /\p{Script=Hebrew}/gu,
  /\p{Script=Thai}/gu,
  /\p{Script=Devanagari}/gu,
];
const BETWEEN_WORDS = /[\t\n\r\u0020-\u007e\u00a0-\u00bf\u2010-\u2027\u3000-\u3011\u30fb-\u30fc\uff00-\uff20]/g;

/**
 * family: how the file is processed. type: the format's name for people. format: its entry in the register; undefined for texts and unknown
 * bytes.
 */
export type Content = {
  readonly family: Family;
  readonly type: string;
  readonly format?: Format | undefined;
  /** The beginning of the text that gzip packs; undefined for anything else. */
  readonly inside?: Uint8Array;
};

/** Never throws. */
export async function sniff(start: Uint8Array, file: Omit<FirstBytes, 'start'> = {}): Promise<Content> {
  if (isTar(start)) return known(FORMATS.tar);
  // An ID3 tag; any audio format can follow it.
  if (String.fromCharCode(...start.subarray(0, 3)) === 'ID3') return { family: 'audio', type: findSound(start).name };
  const format = await findFormat({ start, ...file });
  if (format === FORMATS.gzip) return insideGzip(await gunzipStart(start));
  if (format) return known(format);
  if (isZip(start)) return known(FORMATS.zip);
  if (firstMpegFrame(start) !== undefined) return known(FORMATS.mp3);
  if (looksLikeText(start)) return { family: 'text', type: 'text' };
  if (looksLikeUnmarkedUtf16(start)) return { family: 'text', type: UNMARKED_UTF_16 };
  return { family: 'other', type: isTextBeforeZeros(start) ? 'a text with zero bytes behind it' : UNKNOWN_TYPE };
}

/** As a program leaves a file that it reserved room for and did not fill. */
function isTextBeforeZeros(start: Uint8Array): boolean {
  const end = start.findLastIndex((byte) => byte !== 0) + 1;
  return end > 0 && end < start.length && looksLikeText(start.subarray(0, end));
}

/**
 * Tables and texts are detected inside gzip. Compressed images and sounds are not, since compressing them again is pointless.
 */
async function insideGzip(inside: Uint8Array): Promise<Content> {
  if (isTar(inside)) return { ...known(FORMATS.gzip), family: 'tar' };
  const inner = await findFormat({ start: inside });
  if (inner === FORMATS.idx) return known(inner);
  const isText = inside.length > 0 && (inner ? inner.family === 'document' : looksLikeText(inside));
  if (inner?.family !== 'image' && inner?.family !== 'audio')
    return { ...known(FORMATS.gzip), ...(isText && { inside }) };
  return known(refusedFormat(`a gzipped file: ${inner.name}`, 'Unpack it first: gunzip {file}'));
}

function known(format: Format): Content {
  return { family: format.family, type: format.name, format };
}

/** Returns the kind of dataset that a first upload of this content suggests; undefined if none. */
export function kindOf(content: Content, start: Uint8Array, path: string): Kind | undefined {
  const { family, type, inside } = content;
  if (type === UNMARKED_UTF_16) return undefined;
  // Such as the error page of a server: a text by the name of a picture does not make a dataset of texts.
  if ((family === 'text' || family === 'document') && NAMED_OTHERWISE.test(path)) return undefined;
  return KINDS.find((kind) => {
    const { families, claims } = definitionOf(kind).content;
    if (inside) return families.includes(family) && (claims?.('text', inside, path.replace(GZIP, '')) ?? true);
    return families.includes(family) && (claims?.(family, start, path) ?? true);
  });
}

/** Returns whether the bytes look like UTF-16 without a byte order mark: in western text every other byte is zero. */
function looksLikeUnmarkedUtf16(start: Uint8Array): boolean {
  const pairs = Math.floor(start.length / 2);
  if (pairs < 2) return false;
  const zeros = [0, 0];
  for (let i = 0; i < pairs * 2; i++) if (start[i] === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
  const [even, odd] = zeros as [number, number];
  const isWestern = Math.max(even, odd) > pairs * MOSTLY && Math.min(even, odd) < pairs * HARDLY;
  return isWestern || ['utf-16le', 'utf-16be'].some((encoding) => readsAs(encoding, start.subarray(0, pairs * 2)));
}

/** Returns whether the bytes are lines or sentences in letters of one other script. Other bytes hardly ever are in pairs. */
function readsAs(encoding: string, bytes: Uint8Array): boolean {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return false;
  }
  const count = (signs: RegExp) => text.match(signs)?.length ?? 0;
  const most = Math.max(...SCRIPTS.map(count));
  const isWritten = most + count(BETWEEN_WORDS) > text.length * (1 - HARDLY) && most > text.length / 2;
  return isWritten && count(/[\n\u0020\u3000-\u3002]/g) > 0;
}

function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && [0x0304, 0x0506].includes(((start[2] ?? 0) << 8) | (start[3] ?? 0));
}

/** Returns whether the first block is a tar header with a valid checksum; old tar archives have no signature. */
function isTar(start: Uint8Array): boolean {
  return typeof readTarHeader(start.subarray(0, BLOCK_BYTES)) === 'object';
}
