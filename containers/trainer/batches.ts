// Which items make a batch, and their pixels as the model takes them.
import { permutation, uniforms } from '#core/random.ts';

/** Towers of fewer items cost more than they gain. */
const ITEMS_PER_TOWER = 16;
const TOWERS_PER_CORE = 2;
const UNIT_INTERVAL = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Items of one split, uint8 one after the other. */
export interface Pixels {
  readonly items: number;
  /** Height x width x channels. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface BatchPlan {
  readonly batchSize: number;
  readonly towers: number;
  readonly stepsPerEpoch: number;
}

export interface BatchRequest {
  readonly batchSize: number;
  readonly items: number;
  readonly cores: number;
  readonly device: 'cpu' | 'gpu';
  /** As a stored run had it; what is given is kept, since the towers decide the bytes. */
  readonly towers?: number | undefined;
}

/** The batch is min(batchSize, items), made a multiple of the towers. */
export function planBatches({ batchSize, items, cores, device, towers }: BatchRequest): BatchPlan {
  const wanted = Math.min(batchSize, items);
  const most = device === 'gpu' ? 1 : Math.min(cores * TOWERS_PER_CORE, Math.floor(wanted / ITEMS_PER_TOWER));
  const chosen = towers ?? Math.max(1, most);
  const size = Math.max(1, Math.floor(wanted / chosen)) * chosen;
  return { batchSize: size, towers: chosen, stepsPerEpoch: Math.max(1, Math.floor(items / size)) };
}

/** The items of an epoch in order, the remainder dropped; drawn with replacement when there are fewer than a batch takes. */
export function epochOrder(seed: number, epoch: number, items: number, batchSize: number): Int32Array {
  const stream = `epoch/${epoch}`;
  if (items < batchSize) return Int32Array.from(uniforms(seed, stream, batchSize), (u) => Math.floor(u * items));
  return permutation(seed, stream, items).subarray(0, Math.floor(items / batchSize) * batchSize);
}

/** Fills `target` with the chosen items as numbers in [0, 1]; what is left of it becomes 0. */
export function fillBatch(target: Float32Array, { bytes, size }: Pixels, chosen: Int32Array): void {
  chosen.forEach((item, place) => {
    const from = item * size;
    const to = place * size;
    for (let i = 0; i < size; i++) target[to + i] = UNIT_INTERVAL[bytes[from + i] as number] as number;
  });
  target.fill(0, chosen.length * size);
}
