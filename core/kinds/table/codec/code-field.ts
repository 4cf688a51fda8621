// Encodes one field of a column: from a value to its codes and back.
import {
  type Bin,
  type BinCoding,
  type Cell,
  codeCounts,
  type FieldCoding,
  type RankCoding,
  type ValueCoding,
} from './codec.ts';
import { onGrid } from './fit-numbers.ts';

export type FieldCoder = {
  /** The codes of a value, as many as the field has sub-columns; a number without a code gets that of its neighbour. */
  readonly encode: (cell: Cell, into: Uint8Array, at: number) => void;
  /** Returns the value of codes; `share` in [0, 1) selects a value if the code stands for several. */
  readonly decode: (codes: Uint8Array, at: number, share: number) => Cell;
};

export function fieldCoder(field: FieldCoding): FieldCoder {
  switch (field.coding) {
    case 'values':
      return valueCoder(field);
    case 'ranks':
      return rankCoder(field);
    case 'bins':
      return binCoder(field);
  }
}

/**
 * Returns the code of the first sub-column for values that do not occur in the training rows; it is never generated.
 */
export function unknownCode(field: FieldCoding): number | undefined {
  if (field.coding === 'values' && field.hasUnknown) return field.values.length + Number(field.hasNull);
  if (field.coding === 'ranks') return (codeCounts(field)[0] as number) - 1;
  return undefined;
}

/** Returns the first code of null. */
export function nullCode(field: FieldCoding): number | undefined {
  if (!field.hasNull) return undefined;
  if (field.coding === 'values') return field.values.length;
  if (field.coding === 'ranks') return (codeCounts(field)[0] as number) - 2;
  return field.spikes.length + field.groups.length;
}

function valueCoder(field: ValueCoding): FieldCoder {
  const { values } = field;
  const codes = new Map(values.map((value, code) => [value, code]));
  const ofNull = nullCode(field);
  const ofUnknown = unknownCode(field);
  const numbers = values.filter((value) => typeof value === 'number');
  const codeOf = (cell: Cell): number => {
    if (cell === null) return ofNull ?? ofUnknown ?? 0;
    const known = codes.get(cell);
    if (known !== undefined) return known;
    return typeof cell === 'number' && numbers.length > 0 ? nearest(numbers, cell) : (ofUnknown ?? 0);
  };
  return {
    encode(cell, into, at) {
      into[at] = codeOf(cell);
    },
    decode(given, at, share) {
      const code = given[at] as number;
      if (code < values.length) return values[code] as Cell;
      if (code === ofNull || values.length === 0) return null;
      return values[Math.floor(share * values.length)] as Cell;
    },
  };
}

function rankCoder(field: RankCoding): FieldCoder {
  const { values, base } = field;
  const ranks = new Map(values.map((value, rank) => [value, rank]));
  const ofNull = nullCode(field);
  const ofUnknown = unknownCode(field) as number;
  return {
    encode(cell, into, at) {
      const rank = typeof cell === 'string' ? ranks.get(cell) : undefined;
      into[at] = rank === undefined ? (cell === null ? (ofNull ?? ofUnknown) : ofUnknown) : Math.floor(rank / base);
      into[at + 1] = rank === undefined ? 0 : rank % base;
    },
    decode(codes, at, share) {
      const first = codes[at] as number;
      if (first === ofNull) return null;
      const rank = first * base + (codes[at + 1] as number);
      // A second code beyond the last rank belongs to no text.
      return values[rank] ?? (values[Math.floor(share * values.length)] as string);
    },
  };
}

function binCoder(field: BinCoding): FieldCoder {
  const { spikes, groups, grid } = field;
  const isSpike = new Map(spikes.map((value, code) => [value, code]));
  const groupEnds = groups.map((group) => (group.at(-1) as Bin).high);
  const binEnds = groups.map((group) => group.map(({ high }) => high));
  const hasSecond = codeCounts(field).length > 1;
  const ofNull = nullCode(field);
  return {
    encode(cell, into, at) {
      if (hasSecond) into[at + 1] = 0;
      const number = typeof cell === 'number' ? cell : Number.NaN;
      const spike = isSpike.get(number);
      if (spike !== undefined || Number.isNaN(number) || groups.length === 0) {
        into[at] = spike ?? (Number.isNaN(number) ? (ofNull ?? 0) : nearest(spikes, number));
        return;
      }
      const group = firstFrom(groupEnds, number);
      into[at] = spikes.length + group;
      if (hasSecond) into[at + 1] = firstFrom(binEnds[group] as number[], number);
    },
    decode(codes, at, share) {
      const code = codes[at] as number;
      if (code < spikes.length) return spikes[code] as number;
      const group = groups[code - spikes.length];
      if (group === undefined) return null;
      const second = hasSecond ? (codes[at + 1] as number) : 0;
      const bin = group[second] ?? (group[Math.floor(share * group.length)] as Bin);
      const value = onGrid(within(bin, share), grid);
      const clipped = Math.min(Math.max(value, bin.low), bin.high);
      // A spike within the range has a code of its own.
      return isSpike.has(clipped) ? bin.low : clipped;
    },
  };
}

function within({ values, knots }: Bin, share: number): number {
  if (values) {
    let left = share;
    for (const { value, share: part } of values) {
      left -= part;
      if (left < 0) return value;
    }
    return (values.at(-1) as { value: number }).value;
  }
  const points = knots as number[];
  const place = share * (points.length - 1);
  const below = points[Math.floor(place)] as number;
  return below + (place - Math.floor(place)) * ((points[Math.floor(place) + 1] as number) - below);
}

/** The place of the first bound that a number does not exceed, the last one for a number beyond all. */
export function firstFrom(bounds: readonly number[], number: number): number {
  let [low, high] = [0, bounds.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) >= number) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the nearest of sorted numbers. */
function nearest(numbers: readonly number[], number: number): number {
  const above = firstFrom(numbers, number);
  if (above === 0) return 0;
  const isBelow = number - (numbers[above - 1] as number) <= Math.abs((numbers[above] as number) - number);
  return isBelow ? above - 1 : above;
}
