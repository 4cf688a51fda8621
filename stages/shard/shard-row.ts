// A row of items.parquet as the writing of a shard needs it.
import * as z from 'zod';

/** `part` and `row` say where the item itself lies. */
export const ShardRow = z.object({
  itemId: z.string(),
  label: z.string().nullable(),
  shard: z.string().nullable(),
  part: z.int().min(0),
  row: z.int().min(0),
});
export type ShardRow = z.infer<typeof ShardRow>;
