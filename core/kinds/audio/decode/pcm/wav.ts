// Reads WAV (RIFF WAVE): PCM of 8 to 32 bits and floats. Nothing the header says is believed beyond the bytes that are there.

import { type DecodedSound, refuseShape, type Sound, unreadable } from '../sound.ts';
import { readAdpcm } from './adpcm.ts';
import { readPcm, type SampleCode } from './samples.ts';

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const ENCODINGS: Readonly<Record<number, string>> = {
  20: 'G.723 ADPCM',
  49: 'GSM 6.10',
  64: 'G.721 ADPCM',
  66: 'G.723.1',
  69: 'G.726 ADPCM',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
  353: 'Windows Media Audio',
  5632: 'AAC',
  8192: 'AC-3',
};
const ADPCM: Readonly<Record<number, 'microsoft' | 'ima'>> = { 2: 'microsoft', 17: 'ima' };
const LAWS: Readonly<Record<number, SampleCode>> = { 6: 'a-law', 7: 'mu-law' };
const ALLOWED = 'PCM of 8, 16, 24 or 32 bits, floats of 32 or 64, A-law, mu-law, or ADPCM of Microsoft or IMA';
/** RF64 and BW64 are WAV with 64-bit lengths in a separate chunk (EBU Tech 3306, ITU-R BS.2088). */
const RIFFS = new Set(['RIFF', 'RF64', 'BW64']);
const FORMAT_BYTES = 16;
const EXTENSIBLE_BYTES = 26;
/**
 * Written by programs that do not know the length yet: 0, the largest number of 31 or 32 bits, less the header or rounded to blocks
 * (SoX, arecord, FFmpeg, Android's Oboe).
 */
const UNKNOWN_LENGTHS = [2 ** 31, 2 ** 32];
const UNKNOWN = 0xffffffff;
const UNKNOWN_WITHIN = 0x2000;
/** A header that is wrong by so little was written by a careless program; no transfer ends so near the end. */
const CARELESS_BYTES = 64;
/** Chunks that stand behind samples. */
const CHUNKS = new Set([
  'LIST',
  'id3 ',
  'ID3 ',
  'bext',
  'fact',
  'cue ',
  'smpl',
  'inst',
  'JUNK',
  'junk',
  'PAD ',
  'iXML',
  '_PMX',
  'acid',
  'afsp',
  'cart',
  'DISP',
  'plst',
  'ltxt',
  'note',
  'labl',
  'umid',
  'axml',
  'chna',
  'fake',
  'FLLR',
  'PEAK',
  'wavl',
  'slnt',
  'strc',
  'LGWV',
  'minf',
  'elm1',
  'regn',
  'ovwf',
]);
const TRAILING_SEARCHED = 2 ** 20;

type Format = { encoding: number; channels: number; sampleRate: number; blockAlign: number; bits: number };
export type WavHeader = Format & { readonly dataStart: number; readonly dataBytes: number; readonly missing: number };

/** Never throws. */
export function readWav(bytes: Uint8Array): DecodedSound {
  const header = readWavHeader(bytes, bytes.length);
  if (typeof header === 'string') return unreadable('audio.corrupt', header);
  const { encoding, channels, sampleRate, blockAlign, bits, dataStart, dataBytes, missing } = header;
  const truncated = missing > 0 ? `${dataBytes} of ${dataBytes + missing} bytes` : undefined;
  const adpcm = ADPCM[encoding];
  if (adpcm) {
    const data = bytes.subarray(dataStart, dataStart + dataBytes);
    const decoded = readAdpcm(data, { kind: adpcm, sampleRate, channels, blockBytes: blockAlign });
    return decoded.ok ? { ok: true, sound: { ...decoded.sound, truncated } } : decoded;
  }
  const code = codeOf(encoding, bits);
  if (!code)
    return unreadable(
      'audio.type-not-allowed',
      `${ENCODINGS[encoding] ?? `WAV encoding ${encoding}`}, ${bits} bits`,
      ALLOWED,
    );
  const sampleBytes = blockAlign / channels;
  const isWide = encoding === PCM && bits === 24 && sampleBytes === 4;
  const refused = refuseShape(sampleRate, channels, Math.floor(dataBytes / (blockAlign || 1)));
  if (refused) return refused;
  if (sampleBytes !== bits / 8 && !isWide)
    return unreadable('audio.corrupt', `${blockAlign} bytes a frame`, `${(channels * bits) / 8}`);
  const layout = {
    code,
    bytes: sampleBytes,
    little: true,
    channels,
    sampleRate,
    start: dataStart,
    dataBytes,
    truncated,
  };
  const decoded = readPcm(bytes, layout);
  return decoded.ok && isWide ? { ok: true, sound: lowered(decoded.sound) } : decoded;
}

/** Returns the reason, for people, if the file is not a WAV. `size`: bytes of the file, of which `bytes` may be the beginning. */
export function readWavHeader(bytes: Uint8Array, size: number): WavHeader | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || !RIFFS.has(nameAt(view, 0)) || nameAt(view, 8) !== 'WAVE') return 'no RIFF WAVE header';
  let format: Format | undefined;
  let dataBytes: number | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = nameAt(view, at);
    const declared = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name === 'ds64' && start + 16 <= bytes.length) dataBytes = Number(view.getBigUint64(start + 8, true));
    if (name === 'fmt ') format = readFormat(view, start, declared);
    if (name === 'fmt ' && !format) return 'a broken format chunk';
    if (name === 'data') {
      if (!format) return 'samples before their format';
      return {
        ...format,
        dataStart: start,
        ...lengthOf(view, start, declared === UNKNOWN ? (dataBytes ?? declared) : declared, size),
      };
    }
    at = start + declared + (declared % 2);
  }
  return format ? 'no samples' : 'no format chunk';
}

/** `size`: of the file, of which `view` may be the beginning. */
function lengthOf(view: DataView, start: number, declared: number, size: number) {
  const left = size - start;
  // Nothing, and then another chunk: an empty recording.
  if (declared === 0 && isChunkAt(view, start, size)) return { dataBytes: 0, missing: 0 };
  const isUnknown =
    declared === 0 ||
    (declared > left && UNKNOWN_LENGTHS.some((length) => Math.abs(length - declared) <= UNKNOWN_WITHIN));
  if (isUnknown) return { dataBytes: size === view.byteLength ? trailingStart(view, start) - start : left, missing: 0 };
  const dataBytes = Math.min(declared, left);
  const missing = declared - dataBytes;
  return { dataBytes, missing: missing <= CARELESS_BYTES && dataBytes > missing ? 0 : missing };
}

/**
 * Returns the start of the chunks that follow the samples up to the exact end of the file; the end if there are none.
 */
function trailingStart(view: DataView, start: number): number {
  const end = view.byteLength;
  const from = Math.max(start, end - TRAILING_SEARCHED);
  for (let at = from + (from % 2); at + 8 <= end; at += 2)
    if (isChunkAt(view, at, end) && reachesEnd(view, at)) return at;
  return end;
}

function reachesEnd(view: DataView, from: number): boolean {
  const end = view.byteLength;
  let at = from;
  while (isChunkAt(view, at, end)) {
    const declared = view.getUint32(at + 4, true);
    at += 8 + declared + (declared % 2);
  }
  return at === end || at === end + 1;
}

function isChunkAt(view: DataView, at: number, size: number): boolean {
  if (at + 8 > view.byteLength || !CHUNKS.has(nameAt(view, at))) return false;
  return at + 8 + view.getUint32(at + 4, true) <= size;
}

/** 24 bits in 32: in the lower ones, as ALSA writes them, where the highest byte only repeats the sign; in the upper ones otherwise. */
function lowered(sound: Sound): Sound {
  const isLow = sound.channels.every((channel) => channel.every((value) => value >= -(2 ** -8) && value < 2 ** -8));
  if (!isLow) return sound;
  return {
    ...sound,
    channels: sound.channels.map((channel) => channel.map((value) => value * 2 ** 8)) as [Float32Array],
  };
}

function readFormat(view: DataView, at: number, declared: number): Format | undefined {
  if (declared < FORMAT_BYTES || at + FORMAT_BYTES > view.byteLength) return undefined;
  const named = view.getUint16(at, true);
  const extended = named === EXTENSIBLE && declared >= EXTENSIBLE_BYTES && at + EXTENSIBLE_BYTES <= view.byteLength;
  return {
    encoding: extended ? view.getUint16(at + 24, true) : named,
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    blockAlign: view.getUint16(at + 12, true),
    // Samples of 20 bits are stored in 24, those of 12 in 16, in the upper bits.
    bits: Math.ceil(view.getUint16(at + 14, true) / 8) * 8,
  };
}

function codeOf(encoding: number, bits: number): SampleCode | undefined {
  if (encoding === FLOAT) return bits === 32 || bits === 64 ? 'float' : undefined;
  if (encoding === PCM) return bits === 8 ? 'unsigned' : bits <= 32 ? 'signed' : undefined;
  return bits === 8 ? LAWS[encoding] : undefined;
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
