// Reads uncompressed samples of a file, and A-law and mu-law (ITU-T G.711) with one byte each.
import { type DecodedSound, refuseShape, unreadable } from '../sound.ts';

export type SampleCode = 'signed' | 'unsigned' | 'float' | 'a-law' | 'mu-law';
/**
 * The position and format of the samples. `bytes`: of one sample. `truncated`: evidence that samples are missing, for people.
 */
export type PcmLayout = {
  readonly code: SampleCode;
  readonly bytes: number;
  readonly little: boolean;
  readonly channels: number;
  readonly sampleRate: number;
  readonly start: number;
  readonly dataBytes: number;
  readonly truncated?: string | undefined;
};
type ReadSample = (at: number) => number;

/** Never throws. */
export function readPcm(bytes: Uint8Array, layout: PcmLayout): DecodedSound {
  const { channels, sampleRate, start, dataBytes, truncated } = layout;
  const frameBytes = layout.bytes * channels;
  const frames = Math.floor(Math.max(0, Math.min(dataBytes, bytes.length - start)) / (frameBytes || 1));
  const refused = refuseShape(sampleRate, channels, frames);
  if (refused) return refused;
  const read = readerOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), layout);
  if (!read)
    return unreadable('audio.type-not-allowed', `samples of ${layout.bytes * 8} bits`, '8 to 32 bits, or floats');
  if (frames === 0) return unreadable(truncated === undefined ? 'audio.corrupt' : 'audio.truncated', 'no samples');
  if (layout.code === 'signed' && layout.bytes === 2) {
    const found = shorts(bytes.slice(start, start + frames * frameBytes), layout);
    return { ok: true, sound: { sampleRate, channels: found as [Float32Array], truncated } };
  }
  const split = Array.from({ length: channels }, () => new Float32Array(frames));
  for (let frame = 0, at = start; frame < frames; frame++)
    for (const channel of split) {
      channel[frame] = read(at);
      at += layout.bytes;
    }
  if (layout.code === 'float' && split.some((channel) => channel.some((value) => !Number.isFinite(value))))
    return unreadable('audio.corrupt', 'samples that are no numbers');
  return { ok: true, sound: { sampleRate, channels: split as [Float32Array], truncated } };
}

/** Samples of 16 bits, which most files have, in a loop of their own, which is many times as fast. */
function shorts(data: Uint8Array, { channels, little }: PcmLayout): Float32Array[] {
  if (!little) Buffer.from(data.buffer, data.byteOffset, data.byteLength).swap16();
  const samples = new Int16Array(data.buffer, data.byteOffset, data.byteLength >> 1);
  return Array.from({ length: channels }, (_, channel) => {
    const own = new Float32Array(samples.length / channels);
    for (let i = 0, at = channel; i < own.length; i++, at += channels) own[i] = (samples[at] as number) / 2 ** 15;
    return own;
  });
}

/** Bytes that are there of those declared, and how it shows that some are missing. */
export function lengthThere(declared: number, left: number): Pick<PcmLayout, 'dataBytes' | 'truncated'> {
  const dataBytes = Math.max(0, Math.min(declared, left));
  return { dataBytes, ...(declared > left && { truncated: `${dataBytes} of ${declared} bytes` }) };
}

function readerOf(view: DataView, { code, bytes, little }: PcmLayout): ReadSample | undefined {
  if (code === 'a-law') return (at) => ALAW[view.getUint8(at)] as number;
  if (code === 'mu-law') return (at) => MULAW[view.getUint8(at)] as number;
  if (code === 'float' && bytes === 4) return (at) => view.getFloat32(at, little);
  if (code === 'float' && bytes === 8) return (at) => view.getFloat64(at, little);
  if (code === 'unsigned' && bytes === 1) return (at) => (view.getUint8(at) - 128) / 128;
  if (code !== 'signed') return undefined;
  if (bytes === 1) return (at) => view.getInt8(at) / 128;
  if (bytes === 2) return (at) => view.getInt16(at, little) / 2 ** 15;
  if (bytes === 3)
    return (at) => {
      const [high, middle, low] = little ? [at + 2, at + 1, at] : [at, at + 1, at + 2];
      return (view.getInt8(high) * 2 ** 16 + view.getUint8(middle) * 2 ** 8 + view.getUint8(low)) / 2 ** 23;
    };
  return bytes === 4 ? (at) => view.getInt32(at, little) / 2 ** 31 : undefined;
}

const ALAW = Float32Array.from({ length: 256 }, (_, code) => {
  const value = code ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = ((value & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (value & 0x80 ? magnitude : -magnitude) / 2 ** 15;
});
const MULAW = Float32Array.from({ length: 256 }, (_, code) => {
  const value = ~code & 0xff;
  const magnitude = ((((value & 15) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84;
  return (value & 0x80 ? -magnitude : magnitude) / 2 ** 15;
});
