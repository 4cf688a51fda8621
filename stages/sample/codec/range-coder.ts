// A range coder (Martin 1979, "Range encoding", with the carry handling of LZMA). It only uses integers, so that every machine decodes
// equally. Symbols have frequencies; bits have adaptive probabilities.

const TOP = 2 ** 24;
const WORD = 2 ** 32;
const PROBABILITY_BITS = 11;
const ADAPTATION_SHIFT = 5;

/** Frequencies of the symbols of a table, as sums: `sums[s]` of those before s; the last is their total, below 2^22. */
export type Frequencies = Uint32Array;
/** Adaptive probabilities of a zero, in 2^11ths. */
export type BitModel = Uint16Array;

export function bitModel(contexts: number): BitModel {
  return new Uint16Array(contexts).fill(2 ** (PROBABILITY_BITS - 1));
}

export type RangeEncoder = {
  symbol(table: Frequencies, symbol: number): void;
  bit(model: BitModel, context: number, bit: number): void;
  finish(): Uint8Array;
};

export function rangeEncoder(): RangeEncoder {
  const bytes: number[] = [];
  let low = 0;
  let range = WORD - 1;
  let cache = 0;
  let pending = 1;
  let isFirst = true;

  function shift(): void {
    if (low < 0xff000000 || low >= WORD) {
      const carry = low >= WORD ? 1 : 0;
      for (let byte = cache; pending > 0; pending--, byte = 0xff) {
        // The first byte is always 0.
        if (!isFirst) bytes.push((byte + carry) & 0xff);
        isFirst = false;
      }
      cache = Math.floor(low / TOP) & 0xff;
    }
    pending++;
    low = (low % TOP) * 256;
  }

  function narrow(start: number, size: number): void {
    low += start;
    range = size;
    while (range < TOP) {
      range *= 256;
      shift();
    }
  }

  return {
    symbol(table, symbol) {
      const unit = Math.floor(range / (table.at(-1) as number));
      const [start, end] = [table[symbol] as number, table[symbol + 1] as number];
      narrow(unit * start, unit * (end - start));
    },
    bit(model, context, bit) {
      const probability = model[context] as number;
      const zero = Math.floor(range / 2 ** PROBABILITY_BITS) * probability;
      if (bit === 0) narrow(0, zero);
      else narrow(zero, range - zero);
      model[context] = adapted(probability, bit);
    },
    finish() {
      for (let i = 0; i < 5; i++) shift();
      // A decoder reads zeros beyond the end.
      let length = bytes.length;
      while (length > 0 && bytes[length - 1] === 0) length--;
      return Uint8Array.from(bytes.slice(0, length));
    },
  };
}

export type RangeDecoder = {
  symbol(table: Frequencies): number;
  bit(model: BitModel, context: number): number;
};

/** Reads whatever the bytes are: bytes that no encoder wrote give symbols that mean nothing. */
export function rangeDecoder(bytes: Uint8Array): RangeDecoder {
  let at = 0;
  let range = WORD - 1;
  let code = 0;
  const next = () => bytes[at++] ?? 0;
  for (let i = 0; i < 4; i++) code = code * 256 + next();

  function narrow(start: number, size: number): void {
    code -= start;
    range = size;
    while (range < TOP) {
      range *= 256;
      code = (code * 256 + next()) % WORD;
    }
  }

  return {
    symbol(table) {
      const total = table.at(-1) as number;
      const unit = Math.floor(range / total);
      const value = Math.min(total - 1, Math.floor(code / unit));
      let [from, to] = [0, table.length - 1];
      while (to - from > 1) {
        const middle = (from + to) >> 1;
        if ((table[middle] as number) <= value) from = middle;
        else to = middle;
      }
      const [start, end] = [table[from] as number, table[from + 1] as number];
      narrow(unit * start, unit * (end - start));
      return from;
    },
    bit(model, context) {
      const probability = model[context] as number;
      const zero = Math.floor(range / 2 ** PROBABILITY_BITS) * probability;
      const bit = code < zero ? 0 : 1;
      if (bit === 0) narrow(0, zero);
      else narrow(zero, range - zero);
      model[context] = adapted(probability, bit);
      return bit;
    },
  };
}

function adapted(probability: number, bit: number): number {
  return bit === 0
    ? probability + ((2 ** PROBABILITY_BITS - probability) >> ADAPTATION_SHIFT)
    : probability - (probability >> ADAPTATION_SHIFT);
}
