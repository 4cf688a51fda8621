// Converts the rows of a table to codes and back. The codec is plain JSON, stored with the model.
import * as z from 'zod';
import { COLUMN_TYPES, DATE_FORMATS, TIME_FORMATS } from '../schema/column-types.ts';

/** One value of a row. Dates are days since 1970; dates with a time are microseconds since 1970. */
export type Cell = number | string | boolean | null;

/** Values are multiples of `unit` / `scale`; null: values are not on a grid. */
const Grid = z.strictObject({ unit: z.number().positive(), scale: z.number().positive() }).nullable();
export type Grid = z.infer<typeof Grid>;

/**
 * Numbers from `low` to `high`. `values`: each one with its share of the rows. `knots`: quantiles at equal steps of probability,
 * between which values are interpolated.
 */
const Bin = z.strictObject({
  low: z.number(),
  high: z.number(),
  values: z.array(z.strictObject({ value: z.number(), share: z.number() })).optional(),
  knots: z.array(z.number()).optional(),
});
export type Bin = z.infer<typeof Bin>;

/** One code for each value. Null is the code after the last value, an unknown text the code after that. */
const ValueCoding = z.strictObject({
  coding: z.literal('values'),
  values: z.array(z.union([z.number(), z.string(), z.boolean()])),
  hasNull: z.boolean(),
  hasUnknown: z.boolean(),
});
/** Texts by rank of frequency in two sub-columns: rank = first x base + second. Null and unknown are first codes of their own. */
const RankCoding = z.strictObject({
  coding: z.literal('ranks'),
  values: z.array(z.string()),
  base: z.int(),
  hasNull: z.boolean(),
});
/**
 * Coding of numbers with many values. The codes of the first sub-column are the spikes (frequent single values), the groups of bins, and
 * null. The second sub-column is the position of the bin within its group, 0 for a spike or null; it is missing if each group has one bin.
 */
const BinCoding = z.strictObject({
  coding: z.literal('bins'),
  grid: Grid,
  spikes: z.array(z.number()),
  groups: z.array(z.array(Bin).min(1)),
  hasNull: z.boolean(),
});
export const FieldCoding = z.discriminatedUnion('coding', [ValueCoding, RankCoding, BinCoding]);
export type FieldCoding = z.infer<typeof FieldCoding>;
export type ValueCoding = z.infer<typeof ValueCoding>;
export type RankCoding = z.infer<typeof RankCoding>;
export type BinCoding = z.infer<typeof BinCoding>;

/** A place in a regenerated text: one of its characters is drawn. */
const Pattern = z.strictObject({ places: z.array(z.string().min(1)), share: z.number() });
export type Pattern = z.infer<typeof Pattern>;

/**
 * How a column is modelled. `coded`: by one field, or, for a date with a time, by the day and the time of day. `sequence`, `patterns`: not
 * modelled; values are generated anew, and unique if the training values are. `lookup`: determined by the value of another column.
 * `formula`: computed from two other columns. `offset`: another column plus a coded non-negative difference.
 */
const ColumnSource = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('coded'), fields: z.array(FieldCoding).min(1).max(2) }),
  z.strictObject({ from: z.literal('sequence'), first: z.number(), step: z.number() }),
  z.strictObject({
    from: z.literal('patterns'),
    patterns: z.array(Pattern).min(1),
    isUnique: z.boolean(),
    nullShare: z.number(),
    reason: z.enum(['key', 'text', 'personal']),
  }),
  z.strictObject({
    from: z.literal('lookup'),
    column: z.int(),
    entries: z.array(
      z.strictObject({
        key: z.union([z.number(), z.string(), z.boolean(), z.null()]),
        value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
      }),
    ),
  }),
  z.strictObject({
    from: z.literal('formula'),
    operation: z.enum(['+', '-', '*', '/']),
    left: z.int(),
    right: z.int(),
    grid: Grid,
  }),
  z.strictObject({ from: z.literal('offset'), column: z.int(), fields: z.array(FieldCoding).length(1) }),
]);
export type ColumnSource = z.infer<typeof ColumnSource>;

/** `unit` to `falseWord`: how values are written, as in the schema. */
const ColumnCodec = z.strictObject({
  name: z.string(),
  in: z.string(),
  type: z.enum(COLUMN_TYPES),
  unit: z.string().optional(),
  dateFormat: z.enum(DATE_FORMATS).optional(),
  decimal: z.enum([',', '.']).optional(),
  alwaysFraction: z.literal(true).optional(),
  timeFormat: z.enum(TIME_FORMATS).optional(),
  trueWord: z.string().optional(),
  falseWord: z.string().optional(),
  source: ColumnSource,
});
export type ColumnCodec = z.infer<typeof ColumnCodec>;

export const TableCodec = z.strictObject({
  schemaVersion: z.literal(1),
  /** Rows that it was fitted to. */
  rows: z.int(),
  columns: z.array(ColumnCodec).min(1),
  /** Columns with codes in the order in which a model draws them: those with the fewest codes first. */
  order: z.array(z.int()),
  /** Conditions of the schema that drawn rows are held to, in the SQL of schemas, and columns that hold each value once. */
  rules: z.array(z.strictObject({ name: z.string(), check: z.string() })).optional(),
  unique: z.array(z.int()).optional(),
});
export type TableCodec = z.infer<typeof TableCodec>;

/** One sub-column, an input and output of a model. */
export type SubColumn = {
  /** Place of its column in `columns`, of its field, and its own: 0 or 1. */
  readonly column: number;
  readonly field: number;
  readonly part: number;
  readonly codes: number;
  /** First of its codes among those of all sub-columns. */
  readonly offset: number;
  /** For codes of ordered values: the position of each, from 0 to 1; null for a code without a position, such as that of null. */
  readonly positions?: readonly (number | null)[];
};

/** The fields of a column that have codes. */
export function fieldsOf({ source }: Pick<ColumnCodec, 'source'>): readonly FieldCoding[] {
  return source.from === 'coded' || source.from === 'offset' ? source.fields : [];
}

/** Numbers of codes of the sub-columns of a field. */
export function codeCounts(field: FieldCoding): readonly number[] {
  switch (field.coding) {
    case 'values':
      return [field.values.length + Number(field.hasNull) + Number(field.hasUnknown)];
    case 'ranks':
      return [Math.ceil(field.values.length / field.base) + 2, field.base];
    case 'bins': {
      const first = field.spikes.length + field.groups.length + Number(field.hasNull);
      const second = Math.max(1, ...field.groups.map((group) => group.length));
      return second === 1 ? [first] : [first, second];
    }
  }
}

/** All sub-columns in the order in which they are drawn. */
export function subColumnsOf({ columns, order }: Pick<TableCodec, 'columns' | 'order'>): SubColumn[] {
  const found: SubColumn[] = [];
  let offset = 0;
  for (const column of order) {
    for (const [field, coding] of fieldsOf(columns[column] as ColumnCodec).entries()) {
      for (const [part, codes] of codeCounts(coding).entries()) {
        const positions = positionsOf(coding, part, codes);
        found.push({ column, field, part, codes, offset, ...(positions && { positions }) });
        offset += codes;
      }
    }
  }
  return found;
}

/** Numbers, days and times are ordered; spikes lie among the groups. A bin within its group means something else in each group. */
function positionsOf(coding: FieldCoding, part: number, codes: number): (number | null)[] | undefined {
  if (coding.coding === 'ranks' || part > 0) return undefined;
  const evenly = (count: number) =>
    Array.from({ length: codes }, (_, code) => (code < count ? code / Math.max(1, count - 1) : null));
  if (coding.coding === 'values')
    return typeof coding.values[0] === 'number' ? evenly(coding.values.length) : undefined;
  const places = [
    ...coding.spikes,
    ...coding.groups.map((group) => ((group[0] as Bin).low + (group.at(-1) as Bin).high) / 2),
  ];
  const order = places.map((_, code) => code).sort((a, b) => (places[a] as number) - (places[b] as number));
  const ranks = new Map(order.map((code, rank) => [code, rank / Math.max(1, places.length - 1)]));
  return Array.from({ length: codes }, (_, code) => ranks.get(code) ?? null);
}
