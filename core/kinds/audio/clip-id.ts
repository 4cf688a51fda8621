// The id of a clip: its samples and their rate, whatever file they came in.
import { sha256 } from '../../base/hash.ts';

/** `pcm`: little-endian int16. */
export function clipId(sampleRate: number, pcm: Uint8Array): string {
  return sha256(`${sampleRate}:`, pcm);
}

export function littleEndian(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(pcm.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < pcm.length; i++) view.setInt16(i * 2, pcm[i] as number, true);
  return bytes;
}
