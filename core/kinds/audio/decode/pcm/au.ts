// AU, as Sun and NeXT have it: a header of six numbers before the samples, big-endian unless its name is reversed.
import { lengthThere, type PcmLayout, type SampleCode } from './samples.ts';

const CODES: Readonly<Record<number, readonly [SampleCode, number]>> = {
  1: ['mu-law', 1],
  2: ['signed', 1],
  3: ['signed', 2],
  4: ['signed', 3],
  5: ['signed', 4],
  6: ['float', 4],
  7: ['float', 8],
  27: ['a-law', 1],
};
const UNKNOWN = 0xffffffff;
const HEADER_BYTES = 24;

/** Returns the reason, for people, if the file is not a readable AU. */
export function auLayout(view: DataView, size: number): PcmLayout | string {
  if (view.byteLength < HEADER_BYTES) return 'a broken header';
  const little = view.getUint8(0) === 0x64;
  const start = view.getUint32(4, little);
  const declared = view.getUint32(8, little);
  const found = CODES[view.getUint32(12, little)];
  if (!found) return `the encoding ${view.getUint32(12, little)} in AU`;
  const [code, bytes] = found;
  const left = size - start;
  const length = declared === UNKNOWN ? { dataBytes: left } : lengthThere(declared, left);
  return {
    code,
    bytes,
    little,
    sampleRate: view.getUint32(16, little),
    channels: view.getUint32(20, little),
    start,
    ...length,
  };
}
