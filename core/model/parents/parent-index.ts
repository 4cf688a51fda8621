// The sketches of the items that a model was trained on, stored with the model: which of them a sample is nearest to, and whether it is
// nearer than held-out items are.
import * as z from 'zod';
import { sketchBytes, sketchDistance } from './sketch.ts';

export const PARENTS_FILE = 'parents.bin';
export const MOST_PARENTS = 1_000_000;
const LENGTH_BYTES = 4;
const LEAST_HELD_OUT = 20;
/** A sample is a copy if it is nearer than half of the 1 % quantile of held-out distances. */
const COPY_QUANTILE = 0.01;
const COPY_SHARE = 0.5;

const Header = z.object({
  schemaVersion: z.literal(1),
  channels: z.int(),
  items: z.int().min(1).max(MOST_PARENTS),
  /** Distances of held-out items to their nearest training item, ascending; null where there were too few. */
  heldOut: z.array(z.number()).nullable(),
});

export type ParentIndex = {
  readonly channels: number;
  readonly items: number;
  readonly heldOut: readonly number[] | null;
  /** [items, sketchBytes] */
  readonly sketches: Uint8Array;
};

/** `row`: of the training split, from 0. `distance`: root mean square difference of the sketches, 0 to 255. */
export type Parent = { readonly row: number; readonly distance: number };

export function encodeParents({ sketches, ...facts }: ParentIndex): Uint8Array {
  const header = Buffer.from(JSON.stringify({ schemaVersion: 1, ...facts }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, sketches]);
}

/** Returns undefined for bytes that are no index. */
export function decodeParents(bytes: Uint8Array): ParentIndex | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + file.readUInt32LE(0);
  try {
    const { channels, items, heldOut } = Header.parse(JSON.parse(file.toString('utf8', LENGTH_BYTES, end)));
    const sketches = file.subarray(end);
    return sketches.length === items * sketchBytes(channels) ? { channels, items, heldOut, sketches } : undefined;
  } catch {
    return undefined;
  }
}

/** The nearest training items, the nearest first; at equal distances the one that comes first. */
export function nearestParents({ items, sketches }: ParentIndex, sketch: Uint8Array, count: number): Parent[] {
  const best: { row: number; sum: number }[] = [];
  let most = Number.POSITIVE_INFINITY;
  for (let row = 0; row < items; row++) {
    const sum = sketchDistance(sketch, sketches, row * sketch.length, most);
    if (sum >= most) continue;
    let at = best.length;
    while (at > 0 && (best[at - 1] as { sum: number }).sum > sum) at--;
    best.splice(at, 0, { row, sum });
    if (best.length > count) best.pop();
    if (best.length === count) most = (best[count - 1] as { sum: number }).sum;
  }
  return best.map(({ row, sum }) => ({ row, distance: Math.sqrt(sum / sketch.length) }));
}

/** Share of held-out items that are nearer to a training item than this distance; null where it is not known. */
export function closerHeldOut({ heldOut }: ParentIndex, distance: number): number | null {
  if (!heldOut) return null;
  return heldOut.filter((value) => value < distance).length / heldOut.length;
}

/** The distance below which a sample counts as a copy of a training item; null where it is not known. */
export function copyDistance({ heldOut }: Pick<ParentIndex, 'heldOut'>): number | null {
  if (!heldOut || heldOut.length < LEAST_HELD_OUT) return null;
  return COPY_SHARE * (heldOut[Math.floor(COPY_QUANTILE * (heldOut.length - 1))] as number);
}
