// The frames of a FLAC stream, each known whole by its checksum: RFC 9639, sections 8 and 9.

const INFO_BYTES = 42;
const TRIES = 16;
/** Bits per sample by code; 0 if STREAMINFO states them. */
const LONGEST_HEADER = 16;

/** first: the place of its first sample in the stream. */
export type FlacFrame = { readonly at: number; readonly end: number; readonly first: number; readonly samples: number };
/** `left`: bytes behind the last whole frame. `damaged`: whether bytes between frames belong to no frame. */
export type FlacStream = {
  readonly start: number;
  readonly frames: readonly FlacFrame[];
  readonly left: number;
  readonly isWhole: boolean;
};
type Header = {
  readonly at: number;
  readonly isVariable: boolean;
  readonly number: number;
  readonly samples: number;
  readonly form: number;
};

const CRC16 = Uint16Array.from({ length: 256 }, (_, i) => {
  let crc = i << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x8005) & 0xffff : (crc << 1) & 0xffff;
  return crc;
});

/** Returns undefined if the metadata is incomplete. */
export function flacFrames(bytes: Uint8Array): FlacStream | undefined {
  const start = audioStart(bytes);
  if (start === undefined) return undefined;
  const blockSize = ((bytes[8] as number) << 8) | (bytes[9] as number);
  const headers = headersOf(bytes, start);
  const ends = [...headers.map(({ at }) => at), bytes.length];
  const frames: FlacFrame[] = [];
  let isWhole = headers[0]?.at === start;
  for (let i = 0; i < headers.length; ) {
    const { at, isVariable, number, samples } = headers[i] as Header;
    const next = endOf(bytes, at, ends, i);
    if (next === undefined) {
      isWhole = false;
      i++;
      continue;
    }
    frames.push({ at, end: ends[next] as number, first: isVariable ? number : number * blockSize, samples });
    i = next;
  }
  return { start, frames, left: bytes.length - (frames.at(-1)?.end ?? start), isWhole };
}

/** The place in `ends` where the frame that begins with header `i` is whole: its checksum makes the rest 0. */
function endOf(bytes: Uint8Array, at: number, ends: readonly number[], i: number): number | undefined {
  let crc = 0;
  let place = at;
  for (let next = i + 1; next < ends.length && next <= i + TRIES; next++) {
    for (const end = ends[next] as number; place < end; place++)
      crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[place] as number)] as number);
    if (crc === 0) return next;
  }
  return undefined;
}

function audioStart(bytes: Uint8Array): number | undefined {
  if (bytes.length < INFO_BYTES) return undefined;
  for (let at = 4; at + 4 <= bytes.length; ) {
    const isLast = ((bytes[at] as number) & 0x80) !== 0;
    at += 4 + ((bytes[at + 1] as number) << 16) + ((bytes[at + 2] as number) << 8) + (bytes[at + 3] as number);
    if (isLast) return at <= bytes.length ? at : undefined;
  }
  return undefined;
}

/** Returns all positions that look like a frame header of this stream, including chance matches inside frames. */
function headersOf(bytes: Uint8Array, start: number): Header[] {
  const headers: Header[] = [];
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const header = headerAt(bytes, at);
    if (header && (headers.length === 0 || headers[0]?.form === header.form)) headers.push(header);
  }
  return headers;
}

function headerAt(bytes: Uint8Array, at: number): Header | undefined {
  if (at + LONGEST_HEADER > bytes.length || ((bytes[at + 1] as number) & 0xfe) !== 0xf8) return undefined;
  const [sizes, form] = [bytes[at + 2] as number, bytes[at + 3] as number];
  const [blockCode, rateCode] = [sizes >> 4, sizes & 15];
  if (blockCode === 0 || rateCode === 15 || form >> 4 > 10 || (form & 1) !== 0) return undefined;
  const coded = codedNumber(bytes, at + 4);
  if (!coded) return undefined;
  let place = coded.end;
  const number = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 256 + (bytes[place++] ?? 0);
    return value;
  };
  const samples = blockSamples(blockCode, number);
  number(rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0);
  if (place >= bytes.length || crc8(bytes, at, place) !== bytes[place]) return undefined;
  const isVariable = ((bytes[at + 1] as number) & 1) !== 0;
  return {
    at,
    isVariable,
    number: coded.value,
    samples,
    form: (rateCode << 4) | (form & 0x0e) | (isVariable ? 256 : 0),
  };
}

function blockSamples(code: number, number: (bytes: number) => number): number {
  if (code === 1) return 192;
  if (code <= 5) return 576 * 2 ** (code - 2);
  if (code === 6) return number(1) + 1;
  return code === 7 ? number(2) + 1 : 256 * 2 ** (code - 8);
}

/** Coded like a character of UTF-8, of up to 36 bits. */
function codedNumber(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  const first = bytes[at] as number;
  if (first < 0x80) return { value: first, end: at + 1 };
  const more =
    first < 0xc0
      ? -1
      : first < 0xe0
        ? 1
        : first < 0xf0
          ? 2
          : first < 0xf8
            ? 3
            : first < 0xfc
              ? 4
              : first < 0xfe
                ? 5
                : 6;
  if (more < 0 || at + more >= bytes.length) return undefined;
  let value = first & (0x3f >> more);
  for (let i = 1; i <= more; i++) {
    const byte = bytes[at + i] as number;
    if ((byte & 0xc0) !== 0x80) return undefined;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, end: at + more + 1 };
}

function crc8(bytes: Uint8Array, from: number, end: number): number {
  let crc = 0;
  for (let i = from; i < end; i++) {
    crc ^= bytes[i] as number;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}
