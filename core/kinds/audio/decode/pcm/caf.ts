// Reads CAF, Apple's Core Audio Format: chunks with 64-bit lengths. Only uncompressed audio is supported.
import { lengthThere, type PcmLayout } from './samples.ts';

const FLOAT = 1;
const LITTLE = 2;

/** Returns the reason, for people, if the file is not a readable CAF. */
export function cafLayout(view: DataView, size: number): PcmLayout | string {
  let format: Omit<PcmLayout, 'start' | 'dataBytes'> | undefined;
  for (let at = 8; at + 12 <= view.byteLength; ) {
    const name = nameAt(view, at);
    const declared = Number(view.getBigInt64(at + 4));
    const start = at + 12;
    if (name === 'desc') {
      const read = formatOf(view, start);
      if (typeof read === 'string') return read;
      format = read;
    }
    if (name === 'data') {
      if (!format) return 'samples before their format';
      // Four bytes with an edit count precede the samples; -1 means "until the end".
      const left = size - start - 4;
      return { ...format, start: start + 4, ...(declared < 0 ? { dataBytes: left } : lengthThere(declared - 4, left)) };
    }
    if (declared < 0) break;
    at = start + declared;
  }
  return format ? 'no samples' : 'no description';
}

/** Encodings that are not read in this container, in words for people. */
const PACKED: Readonly<Record<string, string>> = {
  alac: 'Apple Lossless',
  'aac ': 'AAC',
  aach: 'AAC (HE)',
  aacl: 'AAC (LD)',
  ima4: 'ADPCM (IMA)',
  opus: 'Opus',
  '.mp3': 'MP3',
  flac: 'FLAC',
};

function formatOf(view: DataView, at: number): Omit<PcmLayout, 'start' | 'dataBytes'> | string {
  if (at + 32 > view.byteLength) return 'a broken description';
  const name = nameAt(view, at + 8);
  const flags = view.getUint32(at + 12);
  const channels = view.getUint32(at + 24);
  const common = { sampleRate: Math.round(view.getFloat64(at)), channels, little: (flags & LITTLE) !== 0 };
  if (name === 'alaw') return { ...common, code: 'a-law', bytes: 1 };
  if (name === 'ulaw') return { ...common, code: 'mu-law', bytes: 1 };
  if (name !== 'lpcm') return `the encoding ${PACKED[name] ?? JSON.stringify(name)} in CAF`;
  const code = (flags & FLOAT) !== 0 ? 'float' : 'signed';
  return { ...common, code, bytes: view.getUint32(at + 16) / Math.max(1, channels) };
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
