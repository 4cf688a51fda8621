// The schema of a table: the content of each column and the rules for rows. A versioned object, schemas/<dataset>/<n>.json.
import * as z from 'zod';
import { compilePattern } from '../../../base/regex.ts';
import { TABLE_LIMITS } from '../limits.ts';
import {
  COLUMN_TYPES,
  type ColumnType,
  DATE_FORMATS,
  FALSE_WORDS,
  isNumeric,
  isTemporal,
  TIME_FORMATS,
  TRUE_WORDS,
} from './column-types.ts';
import { isDay } from './day.ts';
import { parsePredicate } from './predicate.ts';

export { COLUMN_TYPES, type ColumnType, DATE_FORMATS, isNumeric, isTemporal, TIME_FORMATS };

const Name = z.string().min(1).max(TABLE_LIMITS.columnNameLength);
const Pattern = z.string().superRefine((source, context) => {
  const pattern = compilePattern(source);
  if (!pattern.ok)
    context.addIssue({
      code: 'custom',
      message: `a pattern without look-around and back-references: ${pattern.reason}`,
    });
});
/** A number, or for dates and times an ISO 8601 day. */
const Bound = z.union([z.number(), z.string().refine(isDay, 'a number or a day such as 2024-12-31')]);

const Nulls = z.array(z.string().min(1).max(40)).max(200);

const constraints = {
  unique: z.boolean(),
  min: Bound,
  max: Bound,
  /** The allowed categories, in the spelling that is stored. */
  categories: z.array(z.string().min(1)).min(1).max(TABLE_LIMITS.categories),
  /** RE2; the whole value must match. */
  pattern: Pattern,
};

export const Column = z
  .strictObject({
    name: Name,
    type: z.enum(COLUMN_TYPES),
    /** Whether cells may be empty. */
    nullable: z.boolean().default(true),
    unique: constraints.unique.optional(),
    min: constraints.min.optional(),
    max: constraints.max.optional(),
    categories: constraints.categories.optional(),
    pattern: constraints.pattern.optional(),
    /** The unit that follows the number in every cell or in none. */
    unit: z.string().min(1).max(20).optional(),
    dateFormat: z.enum(DATE_FORMATS).optional(),
    /** How a column of type datetime writes its times, besides ISO 8601; they are stored as ISO 8601. */
    timeFormat: z.enum(TIME_FORMATS).optional(),
    /** The sign before the fraction, if the other one separates thousands: 1.234,56 or 1,234.56. */
    decimal: z.enum([',', '.']).optional(),
    /** Whether whole numbers are written as 7.0, as by tools whose whole numbers cannot be missing. */
    alwaysFraction: z.literal(true).optional(),
    /** How a column of type boolean writes true and false, where it is not so. */
    trueWord: z
      .string()
      .refine((word) => TRUE_WORDS.includes(word.toLowerCase()), 'a word for true')
      .optional(),
    falseWord: z
      .string()
      .refine((word) => FALSE_WORDS.includes(word.toLowerCase()), 'a word for false')
      .optional(),
    /** Words that stand for an empty cell in this column; by default those of the schema. */
    nulls: Nulls.optional(),
    /** Rules that the first upload would satisfy, for people to add. */
    suggested: z
      .strictObject({
        nullable: z.literal(false),
        ...constraints,
        /** The type of nearly all values. */
        type: z.enum(COLUMN_TYPES),
        /** Sentences for people about the type of the column and similar spellings. */
        notes: z.array(z.string()),
      })
      .partial()
      .optional(),
  })
  .superRefine((column, context) => {
    const { type, min, max, categories, pattern, unit, dateFormat, timeFormat, decimal, alwaysFraction } = column;
    const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    for (const [key, bound] of Object.entries({ min, max })) {
      if (bound === undefined) continue;
      const wanted = isNumeric(type) ? 'number' : isTemporal(type) ? 'string' : undefined;
      if (!wanted) refuse(key, `a column of type ${type} has no ${key}`);
      else if (typeof bound !== wanted) refuse(key, wanted === 'number' ? 'a number' : 'a day such as 2024-12-31');
    }
    if (min !== undefined && max !== undefined && min > max) refuse('max', 'at least min');
    if (type === 'category' && !categories) refuse('categories', 'the categories of the column');
    if (type !== 'category' && categories) refuse('categories', `a column of type ${type} has no categories`);
    if (pattern !== undefined && !isTextual(type)) refuse('pattern', `a column of type ${type} has no pattern`);
    if (unit !== undefined && !isNumeric(type)) refuse('unit', `a column of type ${type} has no unit`);
    if (decimal !== undefined && type !== 'number') refuse('decimal', `a column of type ${type} has none`);
    if (alwaysFraction && !isNumeric(type)) refuse('alwaysFraction', `a column of type ${type} has none`);
    for (const key of ['trueWord', 'falseWord'] as const)
      if (column[key] !== undefined && type !== 'boolean') refuse(key, `a column of type ${type} has none`);
    if (dateFormat !== undefined && !isTemporal(type)) refuse('dateFormat', `a column of type ${type} has none`);
    if (timeFormat !== undefined && type !== 'datetime') refuse('timeFormat', `a column of type ${type} has none`);
  });
export type Column = z.infer<typeof Column>;

/** `check`: a condition for every row, in a subset of SQL. `maxAgeDays`: the maximum age of the date in a column. */
export const RowRule = z.union([
  z.strictObject({ name: Name, check: z.string().min(1) }),
  z.strictObject({ name: Name, column: Name, maxAgeDays: z.number().positive() }),
]);
export type RowRule = z.infer<typeof RowRule>;

export const TableSchema = z
  .strictObject({
    version: z.int().positive(),
    columns: z.array(Column).min(1).max(TABLE_LIMITS.columns),
    /** Words that stand for an empty cell, in addition to an empty text. */
    nulls: Nulls.default([]),
    rules: z.array(RowRule).max(TABLE_LIMITS.rowRules).default([]),
  })
  .superRefine(({ columns, rules }, context) => {
    const types = new Map<string, ColumnType>();
    for (const [i, { name, type }] of columns.entries()) {
      if (types.has(name))
        context.addIssue({ code: 'custom', path: ['columns', i, 'name'], message: 'a name of its own' });
      types.set(name, type);
    }
    for (const [i, rule] of rules.entries()) {
      const refuse = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['rules', i, key], message });
      if ('check' in rule) {
        const predicate = parsePredicate(rule.check, [...types.keys()]);
        if (!predicate.ok) refuse('check', predicate.reason);
      } else {
        const type = types.get(rule.column);
        if (!type || !isTemporal(type)) refuse('column', 'a column of type date or datetime');
      }
    }
  });
export type TableSchema = z.infer<typeof TableSchema>;

export function isTextual(type: ColumnType): boolean {
  return type === 'text' || type === 'id' || type === 'category';
}
