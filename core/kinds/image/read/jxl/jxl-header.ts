// Reads the size of a JPEG XL picture (ISO/IEC 18181-1, annexes B and D), bare or in boxes, and whether it can be transparent.

const BOX_SIGNATURE = [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a];
const HEADER_BYTES = 8;
/** Width to height, by number; 0: the width is written. */
const RATIOS = [undefined, [1, 1], [12, 10], [4, 3], [3, 2], [16, 9], [5, 4], [2, 1]] as const;

/** Selector of two bits -> a number, or how many bits follow and what is added to them. */
type Choice = number | { readonly bits: number; readonly add: number };
const LENGTHS: readonly Choice[] = [9, 13, 18, 30].map((bits) => ({ bits, add: 1 }));
const DEPTHS: readonly Choice[] = [8, 10, 12, { bits: 6, add: 1 }];
const FLOAT_DEPTHS: readonly Choice[] = [32, 16, 24, { bits: 6, add: 1 }];
const TICKS: readonly Choice[] = [100, 1000, { bits: 10, add: 1 }, { bits: 30, add: 1 }];
const TICK_PARTS: readonly Choice[] = [1, 1001, { bits: 8, add: 1 }, { bits: 10, add: 1 }];
const LOOPS: readonly Choice[] = [0, { bits: 3, add: 0 }, { bits: 16, add: 0 }, { bits: 32, add: 0 }];
const MORE_CHANNELS: readonly Choice[] = [0, 1, { bits: 4, add: 2 }, { bits: 12, add: 1 }];

/** As the pixels are stored; a picture that is turned has them the other way round. `hasMore`: channels beside the colours. */
export type JxlFacts = { readonly width: number; readonly height: number; readonly hasMore: boolean };
type Bits = (count: number) => number;

export function isJxl(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0x0a) || BOX_SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** Returns undefined if the bytes end before. */
export function jxlFacts(bytes: Uint8Array): JxlFacts | undefined {
  const start = bytes[0] === 0xff ? 0 : codestreamAt(bytes);
  if (start === undefined || bytes[start] !== 0xff || bytes[start + 1] !== 0x0a) return undefined;
  const { bits, isOver } = bitReader(bytes, start + 2);
  const size = readSize(bits);
  const hasMore = countMoreChannels(bits) > 0;
  return isOver() ? undefined : { ...size, hasMore };
}

function readSize(bits: Bits): { readonly width: number; readonly height: number } {
  const isSmall = bits(1) === 1;
  const length = () => (isSmall ? (bits(5) + 1) * 8 : choose(bits, LENGTHS));
  const height = length();
  const ratio = RATIOS[bits(3)];
  return { height, width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : length() };
}

/** 0 where a preview stands before, whose header is not read. */
function countMoreChannels(bits: Bits): number {
  const isDefault = bits(1) === 1;
  if (isDefault) return 0;
  if (bits(1) === 1) {
    bits(3);
    if (bits(1) === 1) readSize(bits);
    const hasPreview = bits(1) === 1;
    if (hasPreview) return 0;
    const isAnimated = bits(1) === 1;
    if (isAnimated) {
      for (const choices of [TICKS, TICK_PARTS, LOOPS]) choose(bits, choices);
      bits(1);
    }
  }
  const isFloat = bits(1) === 1;
  choose(bits, isFloat ? FLOAT_DEPTHS : DEPTHS);
  if (isFloat) bits(4);
  bits(1);
  return choose(bits, MORE_CHANNELS);
}

function choose(bits: Bits, choices: readonly Choice[]): number {
  const choice = choices[bits(2)] ?? 0;
  return typeof choice === 'number' ? choice : bits(choice.bits) + choice.add;
}

/** Where the picture begins in its boxes: `jxlc`, or the first `jxlp` behind its number. */
function codestreamAt(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + HEADER_BYTES));
    const head = size === 1 ? 2 * HEADER_BYTES : HEADER_BYTES;
    if (type === 'jxlc') return at + head;
    if (type === 'jxlp') return at + head + 4;
    if (size < HEADER_BYTES) return undefined;
    at += size;
  }
  return undefined;
}

/** Numbers of so many bits, the lowest first; zeros behind the end. */
function bitReader(bytes: Uint8Array, start: number): { readonly bits: Bits; readonly isOver: () => boolean } {
  let at = start * 8;
  return {
    bits(count) {
      let value = 0;
      for (let i = 0; i < count; i++, at++) value += (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** i;
      return value;
    },
    isOver: () => at > bytes.length * 8,
  };
}
