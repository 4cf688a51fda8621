// Reads Avro object container files (https://avro.apache.org/docs/1.12.0/specification/). No code is made from a schema, and whole
// numbers of 64 bits keep all their digits.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { bzip2Chunks } from '../unpack/unpack-bzip2.ts';
import { unpackSnappyBlock } from '../unpack/unpack-snappy-block.ts';
import { xzChunks } from '../unpack/unpack-xz.ts';
import { type AvroCursor, avroCursor, BrokenAvroError } from './avro-cursor.ts';
import { type AvroType, parseAvroSchema } from './avro-schema.ts';
import { readAvroValue } from './avro-value.ts';

const MAGIC = 'Obj\u0001';
const SYNC_BYTES = 16;
const CHECKSUM_BYTES = 4;
const HEADER_BYTES = 4 * 2 ** 20;
const MOST_BLOCK_BYTES = 64 * 2 ** 20;
const MOST_RATIO = 200;
const RATIO_FLOOR_BYTES = 8 * 2 ** 20;

type Block = { readonly cursor: AvroCursor; readonly count: number };
/** `blocks`: the rows block by block. */
export type AvroFile = {
  readonly columns: readonly string[];
  blocks(): AsyncIterable<Iterable<(string | null)[]>>;
};

/** Throws BrokenAvroError, also while rows are read. Values are texts; nested ones are JSON. */
export function readAvro(file: string): AvroFile {
  const header = headerOf(file);
  const { schema, codec, sync, dataStart } = header;
  const isRecord = schema.type === 'record';
  return {
    columns: isRecord ? schema.fields.map(({ name }) => name) : ['value'],
    async *blocks() {
      for await (const block of blocksOf(file, dataStart, codec, sync)) yield rowsOf(block);
    },
  };

  function* rowsOf({ cursor, count }: Block): Generator<(string | null)[]> {
    for (let i = 0; i < count; i++) {
      const before = cursor.at;
      yield isRecord
        ? schema.fields.map((field) => readAvroValue(field.type, cursor))
        : [readAvroValue(schema, cursor)];
      // A record without fields takes no bytes, so a few bytes could declare a billion of them.
      if (cursor.at === before && i > 1000) throw new BrokenAvroError('records without a byte');
    }
  }
}

function headerOf(file: string): { schema: AvroType; codec: string; sync: Uint8Array; dataStart: number } {
  const start = readAt(file, 0, HEADER_BYTES);
  if (String.fromCharCode(...start.subarray(0, 4)) !== MAGIC) throw new BrokenAvroError('no Avro header');
  const cursor = avroCursor(start, 4);
  const metadata = new Map<string, string>();
  for (let count = cursor.blockCount(); count !== 0; count = cursor.blockCount())
    for (let i = 0; i < count; i++) {
      const name = cursor.text();
      metadata.set(name, new TextDecoder().decode(cursor.bytes()));
    }
  const sync = cursor.take(SYNC_BYTES).slice();
  return {
    schema: parseAvroSchema(metadata.get('avro.schema') ?? ''),
    codec: metadata.get('avro.codec') ?? 'null',
    sync,
    dataStart: cursor.at,
  };
}

async function* blocksOf(file: string, dataStart: number, codec: string, sync: Uint8Array): AsyncGenerator<Block> {
  for (let at = dataStart; ; ) {
    const head = readAt(file, at, 20);
    if (head.length === 0) return;
    const cursor = avroCursor(head, 0);
    const count = cursor.length();
    const bytes = cursor.length();
    if (bytes > MOST_BLOCK_BYTES) throw new BrokenAvroError(`a block of ${bytes} bytes`);
    const block = readAt(file, at + cursor.at, bytes + SYNC_BYTES);
    if (block.length < bytes + SYNC_BYTES || !sync.every((byte, i) => block[bytes + i] === byte))
      throw new BrokenAvroError('a block that is cut off');
    yield { cursor: avroCursor(await unpacked(block.subarray(0, bytes), codec), 0), count };
    at += cursor.at + bytes + SYNC_BYTES;
  }
}

async function unpacked(block: Uint8Array, codec: string): Promise<Uint8Array> {
  const maxOutputLength = Math.min(MOST_BLOCK_BYTES, Math.max(RATIO_FLOOR_BYTES, block.length * MOST_RATIO));
  if (codec === 'null') return block;
  try {
    if (codec === 'deflate') return inflateRawSync(block, { maxOutputLength });
    if (codec === 'zstandard') return zstdDecompressSync(block, { maxOutputLength });
    if (codec === 'snappy') return unsnapped(block, maxOutputLength);
    if (codec === 'bzip2') return await joined(await bzip2Chunks(block, maxOutputLength), maxOutputLength);
    if (codec === 'xz') return await joined(xzChunks(Readable.from([block])), maxOutputLength);
  } catch (error) {
    throw new BrokenAvroError(`a block that does not unpack: ${(error as Error).message.slice(0, 80)}`);
  }
  throw new BrokenAvroError(`blocks packed by ${codec.slice(0, 20)}`);
}

async function joined(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most) throw new Error(`more than ${most} bytes`);
    all.push(chunk);
  }
  return Buffer.concat(all);
}

/** A checksum of what unpacks stands behind the block. */
function unsnapped(block: Uint8Array, most: number): Uint8Array {
  const output = unpackSnappyBlock(block.subarray(0, -CHECKSUM_BYTES), most);
  const stored = Buffer.from(block.subarray(-CHECKSUM_BYTES)).readUInt32BE();
  if (crc32(output) !== stored) throw new BrokenAvroError('another checksum');
  return output;
}

function readAt(file: string, at: number, length: number): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, fstatSync(descriptor).size - at)));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(descriptor, bytes, read, bytes.length - read, at + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}
