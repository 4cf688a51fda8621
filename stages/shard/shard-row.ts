// The columns of items.parquet that writing a shard needs.
import * as z from 'zod';

/** `part` and `row` locate the content of the item. */
export const ShardRow = z.object({
  itemId: z.string(),
  label: z.string().nullable(),
  shard: z.string().nullable(),
  part: z.int().min(0),
  row: z.int().min(0),
});
export type ShardRow = z.infer<typeof ShardRow>;
