// Writes a clip as FLAC (RFC 9639): one channel of 16 bits, fixed predictors with Rice codes, and notes as Vorbis comments. No library is
// used, because the ones for Node are libFLAC as a megabyte of generated code, which the sampling function would carry.
import { createHash } from 'node:crypto';
import { bitWriter } from './bit-writer.ts';

/** Names of Vorbis comments. */
type FlacNotes = Readonly<Partial<Record<'TITLE' | 'COMMENT' | 'ENCODER', string | undefined>>>;

const VENDOR = 'goldpan';
const BLOCK = 4096;
const BITS = 16;
const MOST_ORDER = 4;
const MOST_PARTITION_ORDER = 5;
/** 15 escapes from Rice codes. */
const MOST_PARAMETER = 14;

/** The same samples and notes give the same bytes. `sampleRate`: below 65,536 Hz. */
export function writeFlac(samples: Int16Array, sampleRate: number, notes: FlacNotes = {}): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < samples.length; at += BLOCK)
    frames.push(frameOf(samples.subarray(at, at + BLOCK), frames.length, sampleRate));
  return new Uint8Array(Buffer.concat([streamInfo(samples, sampleRate), comments(notes), ...frames]));
}

function streamInfo(samples: Int16Array, sampleRate: number): Buffer {
  const raw = Buffer.alloc(samples.length * 2);
  samples.forEach((value, i) => void raw.writeInt16LE(value, 2 * i));
  const bits = bitWriter();
  bits.write(BLOCK, 16);
  bits.write(BLOCK, 16);
  // The sizes of frames stay unknown.
  bits.write(0, 24);
  bits.write(0, 24);
  bits.write(sampleRate, 20);
  bits.write(0, 3);
  bits.write(BITS - 1, 5);
  bits.write(Math.floor(samples.length / 2 ** 32), 4);
  bits.write(samples.length >>> 0, 32);
  const body = Buffer.concat([bits.bytes(), createHash('md5').update(raw).digest()]);
  return Buffer.concat([Buffer.from('fLaC'), metadata(0, body, false)]);
}

function comments(notes: FlacNotes): Buffer {
  const texts = Object.entries(notes).flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${text}`]));
  const count = Buffer.alloc(4);
  count.writeUInt32LE(texts.length);
  return metadata(4, Buffer.concat([sized(VENDOR), count, ...texts.map(sized)]), true);
}

function metadata(type: number, body: Buffer, isLast: boolean): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(type + (isLast ? 0x80 : 0));
  head.writeUIntBE(body.length, 1, 3);
  return Buffer.concat([head, body]);
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function frameOf(block: Int16Array, number: number, sampleRate: number): Uint8Array {
  const bits = bitWriter();
  // Sync code, blocks of one size; size of the block and hertz at the end of the header, as players need it that begin in the middle; one
  // channel, 16 bits.
  bits.write(0xfff8, 16);
  bits.write(0x7d, 8);
  bits.write(0x08, 8);
  for (const byte of Buffer.from(String.fromCodePoint(number), 'utf8')) bits.write(byte, 8);
  bits.write(block.length - 1, 16);
  bits.write(sampleRate, 16);
  bits.write(crc(bits.bytes(), 8, 0x07), 8);
  const { order, residual, plan } = bestPrediction(block);
  bits.write((0b001000 | order) << 1, 8);
  for (let i = 0; i < order; i++) bits.write(block[i] as number, BITS);
  bits.write(0, 2);
  bits.write(plan.partitionOrder, 4);
  writeResidual(bits, residual, { order, ...plan });
  bits.align();
  bits.write(crc(bits.bytes(), 16, 0x8005), 16);
  return bits.bytes();
}

type Plan = { readonly partitionOrder: number; readonly parameters: readonly number[]; readonly cost: number };

function bestPrediction(block: Int16Array): { order: number; residual: Int32Array; plan: Plan } {
  let residual = Int32Array.from(block);
  let best = { order: 0, residual, plan: bestPlan(residual, 0) };
  for (let order = 1; order <= Math.min(MOST_ORDER, block.length - 1); order++) {
    const before = residual;
    residual = before.map((value, i) => (i < order ? 0 : value - (before[i - 1] as number)));
    const plan = bestPlan(residual, order);
    if (plan.cost + order * BITS < best.plan.cost + best.order * BITS) best = { order, residual, plan };
  }
  return best;
}

/** The cheapest way to cut the residual into partitions, each with a parameter of its own. */
function bestPlan(residual: Int32Array, order: number): Plan {
  let best: Plan | undefined;
  for (let partitionOrder = 0; partitionOrder <= MOST_PARTITION_ORDER; partitionOrder++) {
    const size = residual.length / 2 ** partitionOrder;
    if (!Number.isInteger(size) || size <= order) break;
    const coded = Array.from({ length: 2 ** partitionOrder }, (_, i) =>
      cheapest(residual.subarray(i === 0 ? order : i * size, (i + 1) * size)),
    );
    const cost = coded.reduce((sum, one) => sum + one.cost + 4, 0);
    if (!best || cost < best.cost) best = { partitionOrder, parameters: coded.map((one) => one.parameter), cost };
  }
  return best as Plan;
}

function cheapest(values: Int32Array): { parameter: number; cost: number } {
  const folded = values.reduce((sum, value) => sum + zigzag(value), 0);
  const near = Math.floor(Math.log2(Math.max(1, folded / Math.max(1, values.length))));
  const [first, last] = [Math.max(0, near - 1), Math.min(MOST_PARAMETER, near + 1)];
  let best = { parameter: Math.min(first, MOST_PARAMETER), cost: Number.POSITIVE_INFINITY };
  for (let parameter = Math.min(first, MOST_PARAMETER); parameter <= last; parameter++) {
    const cost = values.reduce((sum, value) => sum + (zigzag(value) >>> parameter) + 1 + parameter, 0);
    if (cost < best.cost) best = { parameter, cost };
  }
  return best;
}

function writeResidual(
  bits: ReturnType<typeof bitWriter>,
  residual: Int32Array,
  { order, partitionOrder, parameters }: Omit<Plan, 'cost'> & { readonly order: number },
): void {
  const size = residual.length / 2 ** partitionOrder;
  for (const [i, parameter] of parameters.entries()) {
    bits.write(parameter, 4);
    for (const value of residual.subarray(i === 0 ? order : i * size, (i + 1) * size)) {
      const folded = zigzag(value);
      for (let zeros = folded >>> parameter; zeros > 0; zeros -= 32) bits.write(0, Math.min(32, zeros));
      bits.write(1, 1);
      bits.write(folded, parameter);
    }
  }
}

/** Signed numbers as unsigned ones: 0, -1, 1, -2 are 0, 1, 2, 3. */
function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

/** The cyclic redundancy check of `width` bits, highest bit first, from 0. */
function crc(bytes: Uint8Array, width: 8 | 16, polynomial: number): number {
  const [top, mask] = [1 << (width - 1), 2 ** width - 1];
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) sum = ((sum & top ? (sum << 1) ^ polynomial : sum << 1) & mask) >>> 0;
  }
  return sum;
}
