// AIFF and AIFF-C (Apple, 1991): chunks as of IFF, big-endian, the rate as an 80-bit float.
import { lengthThere, type PcmLayout, type SampleCode } from './samples.ts';

const CODES: Readonly<Record<string, { code: SampleCode; little?: boolean; bytes?: number }>> = {
  NONE: { code: 'signed' },
  twos: { code: 'signed' },
  in24: { code: 'signed', bytes: 3 },
  in32: { code: 'signed', bytes: 4 },
  sowt: { code: 'signed', little: true },
  'raw ': { code: 'unsigned' },
  fl32: { code: 'float', bytes: 4 },
  FL32: { code: 'float', bytes: 4 },
  fl64: { code: 'float', bytes: 8 },
  FL64: { code: 'float', bytes: 8 },
  alaw: { code: 'a-law', bytes: 1 },
  ALAW: { code: 'a-law', bytes: 1 },
  ulaw: { code: 'mu-law', bytes: 1 },
  ULAW: { code: 'mu-law', bytes: 1 },
};

/** Returns the reason, for people, if the file is not a readable AIFF. `size`: bytes of the file, of which `view` may be the beginning. */
export function aiffLayout(view: DataView, size: number): PcmLayout | string {
  const isCompressed = nameAt(view, 8) === 'AIFC';
  let common: Omit<PcmLayout, 'start' | 'dataBytes'> | undefined;
  let data: { readonly start: number; readonly declared: number } | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = nameAt(view, at);
    const declared = view.getUint32(at + 4);
    const start = at + 8;
    if (name === 'COMM') {
      const read = commonOf(view, start, isCompressed);
      if (typeof read === 'string') return read;
      common = read;
    }
    if (name === 'SSND' && start + 8 <= view.byteLength) {
      const offset = view.getUint32(start);
      data = { start: start + 8 + offset, declared: Math.max(0, declared - 8 - offset) };
    }
    if (common && data) return { ...common, start: data.start, ...lengthThere(data.declared, size - data.start) };
    at = start + declared + (declared % 2);
  }
  return common ? 'no samples' : 'no common chunk';
}

function commonOf(view: DataView, at: number, isCompressed: boolean): Omit<PcmLayout, 'start' | 'dataBytes'> | string {
  if (at + (isCompressed ? 22 : 18) > view.byteLength) return 'a broken common chunk';
  const name = isCompressed ? nameAt(view, at + 18) : 'NONE';
  const found = CODES[name];
  if (!found) return `the encoding ${JSON.stringify(name)} in AIFF-C`;
  const { code, little = false, bytes = Math.ceil(view.getUint16(at + 6) / 8) } = found;
  return { code, little, bytes, channels: view.getUint16(at), sampleRate: Math.round(extended(view, at + 8)) };
}

/** A sign, 15 bits of exponent and 64 of mantissa. */
function extended(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16_383;
  return (view.getUint32(at + 2) / 2 ** 31 + view.getUint32(at + 6) / 2 ** 63) * 2 ** exponent;
}

function nameAt(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return '';
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
