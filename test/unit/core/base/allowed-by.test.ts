import { expect, test } from 'vitest';
import * as z from 'zod';
import { allowedBy } from '#core/base/allowed-by.ts';

const Union = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image') }),
  z.strictObject({ kind: z.literal('text') }),
]);

test.each<[schema: z.ZodType, value: unknown, allowed: string]>([
  [z.number(), 'x', 'a number'],
  [z.int(), 1.5, 'a whole number'],
  [z.number().min(32), 5, 'at least 32'],
  [z.number().gt(0), 0, 'more than 0'],
  [z.number().max(1), 2, 'at most 1'],
  [z.number().lt(1), 1, 'less than 1'],
  [z.enum(['vae', 'gan']), 'gam', 'one of vae, gan'],
  [z.boolean(), 'yes', 'true or false'],
  [z.strictObject({}), 'reject', 'settings such as { name: value }'],
  [z.union([z.literal('auto'), z.int().min(1)]), 'many', 'auto or a number'],
  [Union, { kind: 'images' }, 'one of image, text'],
])('%o given %o is told as %s', (schema, value, allowed) => {
  const [problem] = schema.safeParse(value).error?.issues ?? [];
  expect(problem && allowedBy(problem)).toBe(allowed);
});
