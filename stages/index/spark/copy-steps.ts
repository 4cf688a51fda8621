// The statements that find copies: COPIES_SQL without a step that sorts all copies of one content in one task.
import type { SparkEngine } from './engine.ts';
import { everywhere } from './spread.ts';

/** Makes the tables `copies` and `later_copies`, and the view `distinct_items` of the rest. Better ones come first, then earlier ones. */
export async function findCopies(engine: SparkEngine): Promise<{ readonly rows: number; readonly distinct: number }> {
  // Most contents are met once: their hashes are counted before whole contents are compared.
  const repeated = await engine.table(
    'repeated',
    'select xxhash64(identity) as hash from found group by 1 having count(*) > 1',
  );
  const contents = await engine.table(
    'contents',
    `select ${everywhere('repeated', repeated)} identity as content,
      min_by(item, struct(-better1, -better2, -better3, item)) as best, min(split) as least_split, max(split) as most_split
    from found left semi join repeated on repeated.hash = xxhash64(found.identity)
    group by identity having count(*) > 1`,
  );
  const rows = await engine.table(
    'copies',
    `select ${everywhere('contents', contents)} found.*, case when best <> item then 2 else 1 end as copy,
      coalesce(best, item) as kept, coalesce(least_split, split) as firstSplit, coalesce(most_split, split) as lastSplit
    from found left join contents on contents.content = found.identity`,
  );
  const later = await engine.table('later_copies', 'select item from copies where copy > 1');
  await engine.view(
    'distinct_items',
    `select ${everywhere('later_copies', later)} features.* from features
    left anti join later_copies on later_copies.item = features.item`,
  );
  return { rows, distinct: rows - later };
}
