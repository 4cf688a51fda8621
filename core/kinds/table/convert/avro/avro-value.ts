// Converts one Avro value to the text of a cell; null for a null. Nested values become JSON.

import { dayText, decimalText, momentText, timeText } from '../cell-texts.ts';
import { type AvroCursor, BrokenAvroError } from './avro-cursor.ts';
import type { AvroType } from './avro-schema.ts';

const DEEPEST = 64;
const MOST_ITEMS = 1_000_000;

/** Throws BrokenAvroError. */
export function readAvroValue(type: AvroType, cursor: AvroCursor): string | null {
  const value = read(type, cursor, 0);
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

function read(type: AvroType, cursor: AvroCursor, depth: number): Value {
  if (depth > DEEPEST) throw new BrokenAvroError(`values nested more than ${DEEPEST} deep`);
  switch (type.type) {
    case 'null':
      return null;
    case 'boolean':
      return cursor.take(1)[0] !== 0;
    case 'int':
    case 'long':
      return whole(cursor.long(), type.logical);
    case 'float':
      return finite(cursor.float());
    case 'double':
      return finite(cursor.double());
    case 'string':
      return cursor.text();
    case 'bytes':
      return binary(cursor.bytes(), type);
    case 'fixed':
      return binary(cursor.take(type.size), type);
    case 'enum':
      return symbolOf(type.symbols, cursor.length());
    case 'union':
      return read(branchOf(type.branches, cursor.length()), cursor, depth + 1);
    case 'record':
      return Object.fromEntries(type.fields.map((field) => [field.name, read(field.type, cursor, depth + 1)]));
    case 'array':
      return items(cursor, () => read(type.items, cursor, depth + 1));
    case 'map':
      return Object.fromEntries(items(cursor, () => [cursor.text(), read(type.values, cursor, depth + 1)] as const));
  }
}

function items<Item>(cursor: AvroCursor, next: () => Item): Item[] {
  const all: Item[] = [];
  for (let count = cursor.blockCount(); count !== 0; count = cursor.blockCount()) {
    if (all.length + count > MOST_ITEMS) throw new BrokenAvroError(`more than ${MOST_ITEMS} items in one value`);
    for (let i = 0; i < count; i++) all.push(next());
  }
  return all;
}

function branchOf(branches: readonly AvroType[], place: number): AvroType {
  const branch = branches[place];
  if (!branch) throw new BrokenAvroError(`branch ${place} of a union of ${branches.length}`);
  return branch;
}

function symbolOf(symbols: readonly string[], place: number): string {
  const symbol = symbols[place];
  if (symbol === undefined) throw new BrokenAvroError(`symbol ${place} of an enum of ${symbols.length}`);
  return symbol;
}

/** Numbers that JSON has no exact room for are texts there. */
function whole(value: bigint, logical: string | undefined): Value {
  if (logical === 'date') return dayText(value);
  if (logical === 'time-millis') return timeText(value, 3);
  if (logical === 'time-micros') return timeText(value, 6);
  const moment = /^(?:local-)?timestamp-(millis|micros|nanos)$/.exec(logical ?? '')?.[1];
  if (moment)
    return momentText(value, moment === 'millis' ? 3 : moment === 'micros' ? 6 : 9, !logical?.startsWith('local'));
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function finite(value: number): Value {
  return Number.isFinite(value)
    ? Object.is(value, -0)
      ? '-0'
      : value
    : String(value).replace('Infinity', 'inf').toLowerCase();
}

function binary(bytes: Uint8Array, { logical, scale = 0 }: AvroType): Value {
  if (logical === 'decimal') {
    let value = 0n;
    for (const byte of bytes) value = (value << 8n) | BigInt(byte);
    return decimalText(BigInt.asIntN(bytes.length * 8, value), scale);
  }
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
