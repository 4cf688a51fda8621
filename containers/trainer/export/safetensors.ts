// The safetensors format: 8 bytes of header length, a JSON header, then the values of each tensor back to back.
import type { StateMap } from '../engine/types.ts';

/** File name of a model's weights. */
export const WEIGHTS_FILE = 'weights.safetensors';

const ALIGNMENT = 8;

/** Names sorted, float32, little endian. https://huggingface.co/docs/safetensors */
export function safetensors(weights: StateMap): Buffer {
  const entries = [...weights].sort(([a], [b]) => (a < b ? -1 : 1));
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'goldpan' } };
  for (const [name, { shape, values }] of entries) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / ALIGNMENT) * ALIGNMENT, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const bytes = entries.map(([, { values }]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return Buffer.concat([length, padded, ...bytes]);
}
