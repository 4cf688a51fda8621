// The file of compressed images: magic, version, model, how, payload, checksum.
import { sha256 } from '#core/base/hash.ts';
import { MODEL_ID } from '#core/model/messages/endpoint-api.ts';

const MAGIC = 'gpan';
const VERSION = 1;
const METHODS = ['model', 'webp'] as const;
const CHECK_BYTES = 8;
const STEP_UNITS = 1000;
/** Without the payload, the id and the classes. */
const FIXED_BYTES = MAGIC.length + 1 + 1 + 1 + 2 + 2 + 1 + 2 * CHECK_BYTES;
export const MOST_IMAGES = 64;
const NO_BOUND = 0xffff;

export type Container = {
  readonly modelId: string;
  readonly method: (typeof METHODS)[number];
  /** Step of the codes, in thousandths of the prior's standard deviation. */
  readonly step: number;
  /** No value is off by more; null: whatever the model makes of it. */
  readonly maxError: number | null;
  /** The class of each image; -1 means no class. */
  readonly labels: readonly number[];
  readonly payload: Uint8Array;
  /** The beginning of the SHA-256 of all pixels as they come out. */
  readonly pixelCheck: string;
};

export function writeContainer(container: Container): Uint8Array {
  const { modelId, method, step, maxError, labels, payload, pixelCheck } = container;
  const head = Buffer.alloc(FIXED_BYTES - 2 * CHECK_BYTES);
  head.write(MAGIC, 0, 'latin1');
  head[4] = VERSION;
  head[5] = METHODS.indexOf(method);
  head[6] = labels.length;
  head.writeUInt16LE(Math.round(step * STEP_UNITS), 7);
  head.writeUInt16LE(maxError ?? NO_BOUND, 9);
  head[11] = modelId.length;
  const classes = Buffer.alloc(2 * labels.length);
  labels.forEach((label, i) => {
    classes.writeInt16LE(label, 2 * i);
  });
  // Images of one class, or without a class, need a single number.
  const isUniform = labels.every((label) => label === labels[0]);
  if (isUniform) head[5] = (head[5] as number) | 0x80;
  const parts = [head, Buffer.from(modelId, 'latin1'), isUniform ? classes.subarray(0, 2) : classes];
  const body = Buffer.concat([...parts, Buffer.from(pixelCheck, 'hex'), payload]);
  return Buffer.concat([body, Buffer.from(checkOf(body), 'hex')]);
}

/** Returns undefined for anything that `writeContainer` did not write. */
export function readContainer(bytes: Uint8Array): Container | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < FIXED_BYTES || file.toString('latin1', 0, 4) !== MAGIC || file[4] !== VERSION) return undefined;
  const end = file.length - CHECK_BYTES;
  if (checkOf(file.subarray(0, end)) !== file.toString('hex', end)) return undefined;
  const count = file[6] as number;
  const isUniform = ((file[5] as number) & 0x80) !== 0;
  const method = METHODS[(file[5] as number) & 0x7f];
  const idEnd = 12 + (file[11] as number);
  const classesEnd = idEnd + 2 * (isUniform ? 1 : count);
  const modelId = file.toString('latin1', 12, idEnd);
  const step = file.readUInt16LE(7) / STEP_UNITS;
  const bound = file.readUInt16LE(9);
  if (count < 1 || count > MOST_IMAGES || !method || step <= 0 || classesEnd + CHECK_BYTES > end) return undefined;
  if (!MODEL_ID.test(modelId) || (bound > 255 && bound !== NO_BOUND)) return undefined;
  const labels = Array.from({ length: count }, (_, i) => file.readInt16LE(idEnd + 2 * (isUniform ? 0 : i)));
  const pixelCheck = file.toString('hex', classesEnd, classesEnd + CHECK_BYTES);
  const payload = file.subarray(classesEnd + CHECK_BYTES, end);
  return { modelId, method, step, maxError: bound === NO_BOUND ? null : bound, labels, payload, pixelCheck };
}

/** The beginning of the SHA-256. */
export function checkOf(bytes: Uint8Array): string {
  return sha256(bytes).slice(0, 2 * CHECK_BYTES);
}
