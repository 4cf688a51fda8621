// Reads sounds that lie uncompressed in a file: WAV, Wave64, AIFF, AU, CAF.
import type { Uncompressed } from '../find-sound.ts';
import { type DecodedSound, unreadable } from '../sound.ts';
import { aiffLayout } from './aiff.ts';
import { auLayout } from './au.ts';
import { cafLayout } from './caf.ts';
import { type PcmLayout, readPcm } from './samples.ts';
import { readWav } from './wav.ts';
import { asWav } from './wave64.ts';

const LAYOUTS = { aiff: aiffLayout, au: auLayout, caf: cafLayout } as const;
const ENCODING = /^the encoding/;

/** Never throws. */
export function readUncompressed(bytes: Uint8Array, type: Uncompressed): DecodedSound {
  if (type === 'wav') return readWav(bytes);
  if (type === 'wave64') return readWav(asWav(bytes) ?? bytes);
  const layout = pcmLayoutOf(bytes, type, bytes.length);
  if (typeof layout !== 'string') return readPcm(bytes, layout);
  return ENCODING.test(layout)
    ? unreadable('audio.type-not-allowed', layout, 'samples without compression')
    : unreadable('audio.corrupt', layout);
}

/** `size`: bytes of the file, of which `bytes` may be the beginning. Returns the reason, for people, if the file cannot be read. */
export function pcmLayoutOf(bytes: Uint8Array, type: keyof typeof LAYOUTS, size: number): PcmLayout | string {
  return LAYOUTS[type](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), size);
}
