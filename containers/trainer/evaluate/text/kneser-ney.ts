// An n-gram model of codes with modified Kneser-Ney smoothing (Chen and Goodman 1999): a baseline for models of texts, and the judge of
// whether a text is plausible for the dataset.
import { chooseWeighted, uniforms } from '#core/base/random.ts';
import { END } from '#core/kinds/text/codec/text-codec.ts';
import type { Pixels } from '../../data/batches.ts';

export type KneserNey = {
  readonly order: number;
  /** Returns the nats of each text, including its end, [items]. */
  nats(items: Pixels): Float64Array;
  /** Draws codes [count, size]. */
  draw(count: number, size: number, seed: number): Uint8Array;
};

/**
 * The codes that followed a context: the count of each, their sum, and the number of codes that occurred once, twice and more often.
 */
type Followers = { readonly counts: Map<number, number>; total: number; readonly kinds: [number, number, number] };
type Level = {
  readonly contexts: ReadonlyMap<string, Followers>;
  readonly discounts: readonly [number, number, number];
};

const HIGHEST_ORDER = 8;
const LOWEST_ORDER = 2;
/** Code units of a context: codes start at 1, so that 0 marks positions before a text. */
const BEFORE = 0;

/** Fits all orders to the training texts and keeps the one with the fewest nats on the validation texts. */
export function fitKneserNey(train: Pixels, validation: Pixels, vocabulary: number): KneserNey {
  const counts = countAll(train, HIGHEST_ORDER);
  const total = (model: KneserNey) => model.nats(validation).reduce((sum, nats) => sum + nats, 0);
  const orders = Array.from({ length: HIGHEST_ORDER - LOWEST_ORDER + 1 }, (_, place) => LOWEST_ORDER + place);
  const scored = orders.map((order) => {
    const model = modelOf(counts, order, vocabulary);
    return { model, nats: total(model) };
  });
  return scored.reduce((best, one) => (one.nats < best.nats ? one : best)).model;
}

/** Fits n-grams of `order` codes. */
export function fitKneserNeyOf(train: Pixels, order: number, vocabulary: number): KneserNey {
  return modelOf(countAll(train, order), order, vocabulary);
}

/** Counts by order how often each n-gram occurs, and how many different codes precede it. */
function countAll(train: Pixels, highest: number) {
  const raw = Array.from({ length: highest + 1 }, (_, order) => countNgrams(train, order));
  const continued = raw.slice(1).map((longer, order) => countContinuations(longer, order));
  return { raw, continued };
}

/** Builds the model: the longest n-grams are counted by occurrence, the shorter ones by continuation. */
function modelOf({ raw, continued }: ReturnType<typeof countAll>, order: number, vocabulary: number): KneserNey {
  const levels = Array.from({ length: order }, (_, below) => {
    const counts = below + 1 === order ? raw[order] : continued[below + 1];
    return levelOf(counts as Counts);
  });
  return smoothed(levels, vocabulary);
}

/** Counts by context and code. */
type Counts = Map<string, Map<number, number>>;

/** Counts n-grams of `order` codes, with padding before a text. */
function countNgrams({ bytes, items, size }: Pixels, order: number): Counts {
  const counts: Counts = new Map();
  if (order === 0) return counts;
  for (let item = 0; item < items; item++) {
    const text = bytes.subarray(item * size, (item + 1) * size);
    for (let at = 0; at < size; at++) {
      add(counts, contextOf(text, at, order - 1), text[at] as number, 1);
      if (text[at] === END) break;
    }
  }
  return counts;
}

/** Counts for n-grams of `order` codes how many different codes precede each, from n-grams one longer. */
function countContinuations(longer: Counts, order: number): Counts {
  const counts: Counts = new Map();
  if (order === 0) return counts;
  for (const [context, codes] of longer) for (const code of codes.keys()) add(counts, context.slice(1), code, 1);
  return counts;
}

function add(counts: Counts, context: string, code: number, by: number): void {
  let codes = counts.get(context);
  if (!codes) {
    codes = new Map();
    counts.set(context, codes);
  }
  codes.set(code, (codes.get(code) ?? 0) + by);
}

function contextOf(text: Uint8Array, at: number, length: number): string {
  let context = '';
  for (let place = at - length; place < at; place++)
    context += String.fromCharCode(place < 0 ? BEFORE : (text[place] as number) + 1);
  return context;
}

/**
 * Computes the three discounts from the numbers of n-grams that occur once to four times (Chen and Goodman 1999, equation 26).
 */
function levelOf(counts: Counts): Level {
  const contexts = new Map<string, Followers>();
  const having = [0, 0, 0, 0, 0];
  for (const [context, codes] of counts) {
    const followers: Followers = { counts: codes, total: 0, kinds: [0, 0, 0] };
    for (const count of codes.values()) {
      followers.total += count;
      const kind = Math.min(count, 3) - 1;
      followers.kinds[kind] = (followers.kinds[kind] as number) + 1;
      if (count < having.length) having[count] = (having[count] as number) + 1;
    }
    contexts.set(context, followers);
  }
  const [, one = 0, two = 0, three = 0, four = 0] = having;
  const share = one / Math.max(one + 2 * two, 1);
  const discount = (n: number, these: number, next: number) =>
    these > 0 ? Math.min(Math.max(n - ((n + 1) * share * next) / these, 0.1), n) : n * 0.5;
  return { contexts, discounts: [discount(1, one, two), discount(2, two, three), discount(3, three, four)] };
}

function smoothed(levels: readonly Level[], vocabulary: number): KneserNey {
  const order = levels.length;

  function probability(text: Uint8Array, at: number): number {
    const code = text[at] as number;
    let below = 1 / vocabulary;
    for (const [n, { contexts, discounts }] of levels.entries()) {
      const followers = contexts.get(contextOf(text, at, n));
      if (!followers) break;
      const count = followers.counts.get(code) ?? 0;
      const own = count === 0 ? 0 : count - (discounts[Math.min(count, 3) - 1] as number);
      below = (own + discountedMass(followers, discounts) * below) / followers.total;
    }
    return below;
  }

  function distribution(text: Uint8Array, at: number): Float64Array {
    let below = new Float64Array(vocabulary).fill(1 / vocabulary);
    for (const [n, { contexts, discounts }] of levels.entries()) {
      const followers = contexts.get(contextOf(text, at, n));
      if (!followers) break;
      const left = discountedMass(followers, discounts);
      const { counts, total } = followers;
      below = below.map((share, code) => {
        const count = counts.get(code) ?? 0;
        return ((count === 0 ? 0 : count - (discounts[Math.min(count, 3) - 1] as number)) + left * share) / total;
      });
    }
    return below;
  }

  return {
    order,
    nats({ bytes, items, size }) {
      return Float64Array.from({ length: items }, (_, item) => {
        const text = bytes.subarray(item * size, (item + 1) * size);
        let nats = 0;
        for (let at = 0; at < size; at++) {
          nats -= Math.log(probability(text, at));
          if (text[at] === END) break;
        }
        return nats;
      });
    },
    draw(count, size, seed) {
      const codes = new Uint8Array(count * size);
      for (let item = 0; item < count; item++) {
        const text = codes.subarray(item * size, (item + 1) * size);
        const draws = uniforms(seed, `kneser-ney/${item}`, size);
        for (let at = 0; at < size - 1; at++) {
          text[at] = chooseWeighted(distribution(text, at), draws[at] as number);
          if (text[at] === END) break;
        }
      }
      return codes;
    },
  };
}

function discountedMass({ kinds }: Followers, discounts: readonly [number, number, number]): number {
  return kinds[0] * discounts[0] + kinds[1] * discounts[1] + kinds[2] * discounts[2];
}
