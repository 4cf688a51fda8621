// Counts by a name that users chose: a class, a folder.
import * as z from 'zod';

/**
 * Non-negative integers by name. Unlike `z.record`, it keeps a name such as `__proto__`: zod drops that key, and the items of a folder
 * so named would not be counted.
 */
export const CountsByName = z
  .any()
  .refine(isCounts, 'must be an object of counts')
  .meta({ type: 'object', additionalProperties: { type: 'integer', minimum: 0 } }) as z.ZodType<Record<string, number>>;

function isCounts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((count) => Number.isSafeInteger(count) && count >= 0);
}
