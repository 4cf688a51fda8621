// The statements that find near duplicates: candidates by hashes or bands, verified by the kernel, then clusters and the best of each.
import { bandCandidates } from './band-steps.ts';
import { formClusters, rankMembers } from './cluster-steps.ts';
import type { DecideSettings, NearSettings } from './decide-settings.ts';
import type { SparkEngine } from './engine.ts';
import { hashCandidates } from './hash-steps.ts';
import { everywhere, mostInATask } from './spread.ts';

type Items = { readonly rows: number; readonly distinct: number };

/** Makes the table `near` of the distinct items, which are in the view `distinct_items`. Returns its number of rows. */
export async function findNear(
  engine: SparkEngine,
  settings: DecideSettings,
  { rows, distinct }: Items,
): Promise<number> {
  const { near, counts, mostRows, pageBits } = settings;
  if (!near || distinct === 0) {
    await engine.values('near', 'item int, cluster int, best int, likeness double, why string', []);
    return 0;
  }
  const candidates =
    near.maxDistance === null
      ? await bandCandidates(engine, { bands: counts.bands, rows, distinct, mostRows, pageBits })
      : await hashCandidates(engine, near.maxDistance, settings, distinct);
  await verifyCandidates(engine, near, candidates, mostInATask(mostRows));
  await formClusters(engine);
  return rankMembers(engine, settings.why);
}

/** An item that many pairs have is not joined by one task: its fingerprint goes to all machines. */
async function verifyCandidates(
  engine: SparkEngine,
  near: NearSettings,
  pairs: number,
  mostRows: number,
): Promise<void> {
  const items = await engine.table(
    'compared_items',
    `select item, count(*) as pairs from (select explode(array(x, y)) as item from candidates) group by item`,
  );
  await engine.view(
    'prints',
    `select ${everywhere('compared_items', items)} features.item, hex(print) as print from features
    left semi join compared_items on compared_items.item = features.item`,
  );
  const hot = await engine.table(
    'hot_prints',
    `select prints.* from prints left semi join (select item from compared_items where pairs > ${mostRows}) as hot on hot.item = prints.item`,
  );
  await engine.pipe('compared', `verify ${near.likeness} ${near.minLikeness}`, {
    columns: 'x, y, how, print_x, print_y',
    sql: hot === 0 ? PAIRS_SQL : HOT_PAIRS_SQL,
    count: pairs,
  });
  await engine.view(
    'verified',
    "select cast(a as int) as x, cast(b as int) as y, cast(value as double) as likeness from compared where what = 'p'",
  );
}

const PAIRS_SQL = `select x, y, how, a.print as print_x, b.print as print_y
  from candidates join prints as a on a.item = x join prints as b on b.item = y`;

/** Where an item's fingerprint is on every machine, its row is looked for under a number that no item has: under one of its own, so these rows meet in no task. */
const HOT_PAIRS_SQL = `
  with found as (
    select /*+ broadcast(hot_x), broadcast(hot_y) */ x, y, how, hot_x.print as of_x, hot_y.print as of_y
    from candidates left join hot_prints as hot_x on hot_x.item = x left join hot_prints as hot_y on hot_y.item = y
  )
  select x, y, how, coalesce(of_x, a.print) as print_x, coalesce(of_y, b.print) as print_y from found
  left join prints as a on a.item = case when of_x is null then x else -1 - y end
  left join prints as b on b.item = case when of_y is null then y else -1 - x end`;
