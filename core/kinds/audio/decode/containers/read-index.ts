// Reads the index of a sound that stands behind its samples, as many recorders write MP4, without the samples.
import type { ReadRange } from '../../../../base/read-range.ts';
import { findSound } from '../find-sound.ts';
import { indexBehind } from './mp4-facts.ts';

/** Enough for half an hour of sound; that of a longer one is estimated. */
const INDEX_BYTES = 256 * 1024;

/** Returns `start`, or for an MP4 whose index is at its end the bytes in front of the samples with the index behind them. */
export async function withIndex(start: Uint8Array, size: number, readRange: ReadRange): Promise<Uint8Array> {
  const behind = findSound(start).type === 'mp4' ? indexBehind(start, size) : undefined;
  if (!behind) return start;
  const index = await readRange(behind.from, Math.min(size, behind.from + INDEX_BYTES) - 1);
  const read = new Uint8Array(behind.keep + index.length);
  read.set(start.subarray(0, behind.keep));
  read.set(index, behind.keep);
  return read;
}
