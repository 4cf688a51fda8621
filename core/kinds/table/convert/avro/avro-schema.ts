// The schema of an Avro file: JSON that the file brings along.
import { BrokenAvroError } from './avro-cursor.ts';

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
const DEEPEST = 64;
const MOST_TYPES = 10_000;

type Primitive = (typeof PRIMITIVES)[number];
export type AvroType = { readonly logical?: string | undefined; readonly scale?: number } & (
  | { readonly type: Primitive }
  | { readonly type: 'record'; readonly fields: { readonly name: string; readonly type: AvroType }[] }
  | { readonly type: 'enum'; readonly symbols: readonly string[] }
  | { readonly type: 'array'; readonly items: AvroType }
  | { readonly type: 'map'; readonly values: AvroType }
  | { readonly type: 'fixed'; readonly size: number }
  | { readonly type: 'union'; readonly branches: readonly AvroType[] }
);

/** Throws BrokenAvroError. A named type may name itself: how deep values go is held in bounds where they are read. */
export function parseAvroSchema(text: string): AvroType {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    throw new BrokenAvroError('a schema that is no JSON');
  }
  const named = new Map<string, AvroType>();
  let types = 0;
  const parse = (node: unknown, depth: number, space: string): AvroType => {
    if (depth > DEEPEST || ++types > MOST_TYPES) throw new BrokenAvroError('a schema that is nested too deep');
    if (typeof node === 'string') {
      if ((PRIMITIVES as readonly string[]).includes(node)) return { type: node as Primitive };
      const known = named.get(node) ?? named.get(`${space}.${node}`);
      if (!known) throw new BrokenAvroError(`a type ${node.slice(0, 40)} that nothing defines`);
      return known;
    }
    if (Array.isArray(node)) return { type: 'union', branches: node.map((branch) => parse(branch, depth + 1, space)) };
    if (node === null || typeof node !== 'object') throw new BrokenAvroError('a schema without a type');
    return parseObject(node as Record<string, unknown>, depth, space);
  };
  const parseObject = (node: Record<string, unknown>, depth: number, space: string): AvroType => {
    const { type, name, namespace = space, logicalType, scale } = node;
    const within = String(namespace);
    const facts = {
      ...(typeof logicalType === 'string' && { logical: logicalType }),
      scale: Number.isInteger(scale) ? (scale as number) : 0,
    };
    const remember = (made: AvroType) => {
      if (typeof name === 'string') {
        named.set(name, made);
        named.set(`${within}.${name}`, made);
      }
      return made;
    };
    if (type === 'record' || type === 'error') {
      const fields: { name: string; type: AvroType }[] = [];
      const made = remember({ ...facts, type: 'record', fields });
      if (!Array.isArray(node.fields)) throw new BrokenAvroError('a record without fields');
      for (const field of node.fields as Record<string, unknown>[])
        fields.push({ name: String(field?.name), type: parse(field?.type, depth + 1, within) });
      return made;
    }
    if (type === 'enum') return remember({ ...facts, type: 'enum', symbols: (node.symbols as string[]) ?? [] });
    if (type === 'fixed') return remember({ ...facts, type: 'fixed', size: sizeOf(node.size) });
    if (type === 'array') return { ...facts, type: 'array', items: parse(node.items, depth + 1, within) };
    if (type === 'map') return { ...facts, type: 'map', values: parse(node.values, depth + 1, within) };
    return { ...parse(type, depth + 1, within), ...facts };
  };
  return parse(schema, 0, '');
}

function sizeOf(size: unknown): number {
  if (Number.isInteger(size) && (size as number) >= 0 && (size as number) < 2 ** 24) return size as number;
  throw new BrokenAvroError('a fixed type without a size');
}
