// Hashes of one page as they come from several tasks, put into the order of their items.
import { HASH_BYTES } from './packed-rows.ts';

const [WORD, HALF_BITS] = [4, 16];
const HALF_VALUES = 1 << HALF_BITS;

export type Hashes = { readonly items: Uint32Array; readonly high: Uint32Array; readonly low: Uint32Array };
export type CollectedHashes = {
  /** Takes whole packed hashes. */
  readonly add: (packed: Buffer) => void;
  /** Gives what was taken, once, in the order in which it came. */
  readonly all: () => Hashes;
  /** As `all`, in the order of their items. */
  readonly sorted: () => Hashes;
};

export function collectHashes(): CollectedHashes {
  const taken: Buffer[] = [];
  let bytes = 0;
  const all = (): Hashes => {
    const count = bytes / HASH_BYTES;
    const [items, high, low] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)];
    let at = 0;
    for (const packed of taken.splice(0))
      for (let from = 0; from < packed.length; from += HASH_BYTES) {
        items[at] = packed.readUInt32LE(from);
        high[at] = packed.readUInt32LE(from + WORD);
        low[at++] = packed.readUInt32LE(from + 2 * WORD);
      }
    return { items, high, low };
  };
  return {
    add(packed) {
      taken.push(packed);
      bytes += packed.length;
    },
    all,
    sorted() {
      const { items, high, low } = all();
      const order = orderOf(items);
      return { items: pick(items, order), high: pick(high, order), low: pick(low, order) };
    },
  };
}

/** Returns the positions of the values in rising order, by two passes of a counting sort. */
function orderOf(values: Uint32Array): Uint32Array {
  let order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (values.length < 2) return order;
  for (const shift of [0, HALF_BITS]) {
    const starts = new Uint32Array(HALF_VALUES + 1);
    const keyOf = (position: number) => ((values[position] as number) >>> shift) & (HALF_VALUES - 1);
    for (let i = 0; i < order.length; i++) {
      const key = keyOf(order[i] as number);
      starts[key + 1] = (starts[key + 1] as number) + 1;
    }
    for (let key = 0; key < HALF_VALUES; key++) starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number);
    const next = new Uint32Array(values.length);
    for (let i = 0; i < order.length; i++) {
      const position = order[i] as number;
      const key = keyOf(position);
      next[starts[key] as number] = position;
      starts[key] = (starts[key] as number) + 1;
    }
    order = next;
  }
  return order;
}

function pick(values: Uint32Array, order: Uint32Array): Uint32Array {
  const picked = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) picked[i] = values[order[i] as number] as number;
  return picked;
}
