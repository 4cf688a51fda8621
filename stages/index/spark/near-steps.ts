// The statements that find near duplicates: candidates by hashes or bands, verified by the kernel, then clusters and the best of each.
import { OTHER_RADIUS, WORD_BITS, WORDS, wordRadius } from '#core/similarity/hash-pairs.ts';
import { SHARED_BANDS_SQL } from '../items/items-sql.ts';
import { MOST_OF_A_CUT, MOST_OF_EACH } from '../near/limits.ts';
import type { DecideSettings, NearSettings } from './decide-settings.ts';
import { forSpark, type SparkEngine, sparkText } from './engine.ts';

/** Hashes of one page that a task holds in memory. */
const PAGE_HASHES = 2 ** 21;
const MOST_PAGE_BITS = 8;
const MOST_ROUNDS = 64;

/** Makes the table `near` of the distinct items, which are in the view `distinct_items`. */
export async function findNear(engine: SparkEngine, settings: DecideSettings, distinct: number): Promise<void> {
  const { near, counts } = settings;
  if (!near || distinct === 0) {
    await engine.values('near', 'item int, cluster int, best int, likeness double, why string', []);
    return;
  }
  const candidates =
    near.maxDistance === null
      ? await bandCandidates(engine, counts.bands)
      : await hashCandidates(engine, near.maxDistance, settings, distinct);
  await verifyCandidates(engine, near, candidates);
  await formClusters(engine);
  await rankMembers(engine, settings.why);
}

/** Most bands belong to one text only: they are counted away before the others are sorted. */
async function bandCandidates(engine: SparkEngine, bands: number): Promise<number> {
  const columns = Array.from({ length: bands }, (_, band) => `band${band}`).join(', ');
  await engine.view(
    'all_bands',
    `select item, band, value from distinct_items lateral view posexplode(array(${columns})) exploded as band, value`,
  );
  await engine.view(
    'bands',
    `select all_bands.* from all_bands left semi join (
      select band, value from all_bands group by band, value having count(*) > 1
    ) as met on met.band = all_bands.band and met.value = all_bands.value`,
  );
  return engine.table(
    'candidates',
    `select other as x, item as y, 1 as how from (${forSpark(SHARED_BANDS_SQL).replace(/order by other, item\s*$/, '')})`,
  );
}

async function hashCandidates(
  engine: SparkEngine,
  maxDistance: number,
  { counts, pageBits: given }: DecideSettings,
  distinct: number,
): Promise<number> {
  const pageBits = given ?? pageBitsOf(distinct, engine.parallelism);
  const radius = Math.max(wordRadius(maxDistance), counts.crops > 0 ? OTHER_RADIUS : 0);
  const masks = Array.from({ length: 2 ** pageBits }, (_, mask) => mask).filter((mask) => bitsOf(mask) <= radius);
  const crops = Array.from({ length: counts.crops }, (_, crop) => lookedUp(`crop${crop}`, crop + 1, [0], pageBits));
  const names = lookedUp('name', 0, masks, pageBits);
  const lines = distinct * WORDS * (masks.length + counts.crops);
  await engine.pipe('near_hashes', `near ${maxDistance} ${pageBits}`, {
    columns: 'word, page, kind, item, high, low',
    sql: `select * from (${[names, ...crops].join(' union all ')}) distribute by word, page sort by word, page`,
    lines,
  });
  return engine.table(
    'candidates',
    `select cast(least(item, other) as int) as x, cast(greatest(item, other) as int) as y,
      cast(sum(case when kind = 0 then 1 when item < other then shiftleft(1, kind) else shiftleft(16, kind) end) as int) as how
    from (
      select kind, item, other, row_number() over (partition by kind, item order by distance, other) as place
      from (select distinct cast(what as int) as kind, a as item, b as other, c as distance from near_hashes where what <> '=')
    )
    where place <= case when kind = 0 then ${MOST_OF_EACH} else ${MOST_OF_A_CUT} end
    group by 1, 2`,
  );
}

/** Rows of a hash: one for each of its words, and each page in which it is looked for. */
function lookedUp(column: string, kind: number, masks: readonly number[], pageBits: number): string {
  const words = Array.from({ length: WORDS }, (_, word) => {
    const shift = WORD_BITS * (WORDS - 1 - word);
    return `cast(shiftright(${column}, ${shift}) & ${2 ** WORD_BITS - 1} as int)`;
  });
  return `
    select word, shiftright(value, ${WORD_BITS - pageBits}) ^ mask as page, ${kind} as kind, item,
      shiftright(${column}, 32) & 4294967295 as high, ${column} & 4294967295 as low
    from distinct_items
    lateral view posexplode(array(${words.join(', ')})) words as word, value
    lateral view explode(array(${masks.join(', ')})) masks as mask`;
}

/** Few pages copy fewer hashes to their neighbours; many pages fit into memory and keep all tasks busy. */
export function pageBitsOf(items: number, parallelism: number): number {
  const byMemory = Math.ceil(Math.log2(Math.max(1, items / PAGE_HASHES)));
  const byTasks = Math.ceil(Math.log2(Math.max(1, parallelism / 2)));
  return Math.min(MOST_PAGE_BITS, Math.max(1, byMemory, byTasks));
}

function bitsOf(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}

async function verifyCandidates(engine: SparkEngine, near: NearSettings, lines: number): Promise<void> {
  await engine.pipe('compared', `verify ${near.likeness} ${near.minLikeness}`, {
    columns: 'x, y, how, print_x, print_y',
    sql: `select x, y, how, hex(a.print) as print_x, hex(b.print) as print_y from candidates
      join distinct_items as a on a.item = x join distinct_items as b on b.item = y`,
    lines,
  });
  await engine.view(
    'verified',
    "select cast(a as int) as x, cast(b as int) as y, cast(value as double) as likeness from compared where what = 'p'",
  );
}

/**
 * Connected components by alternating large and small stars (Kiveris and others 2014, "Connected components in MapReduce and beyond"). Each
 * cluster is named by its least item.
 */
export async function formClusters(engine: SparkEngine): Promise<void> {
  await engine.table('edges', 'select y as u, x as v from verified');
  let before = '';
  for (let round = 0; ; round++) {
    await engine.table(
      'large',
      `with both as (select u, v from edges union all select v, u from edges),
      least_of as (select u, least(u, min(v)) as m from both group by u)
      select distinct both.v as u, m as v from both join least_of on least_of.u = both.u where both.v > both.u`,
    );
    await engine.table(
      'edges',
      `with least_of as (select u, min(v) as m from large group by u)
      select u, m as v from least_of
      union select large.v as u, m as v from large join least_of on least_of.u = large.u where large.v <> m`,
    );
    const now = JSON.stringify(
      await engine.rows('select count(*), cast(bit_xor(xxhash64(u, v)) as string) from edges'),
    );
    if (now === before) return;
    before = now;
    if (round > MOST_ROUNDS) throw new Error(`Clusters did not settle in ${round} rounds.`);
  }
}

/** The similarity of a member refers to the best member, or to its nearest one if those two were not compared. */
async function rankMembers(engine: SparkEngine, why: readonly string[]): Promise<void> {
  const reasons = [1, 2, 3].map(
    (i) => `when best.better${i} <> other.better${i} then ${sparkText(why[i - 1] ?? 'first')}`,
  );
  await engine.table('members', 'select u as item, v as cluster from edges union all select distinct v, v from edges');
  await engine.table(
    'near',
    `with known as (
      select members.item, cluster, better1, better2, better3, struct(-better1, -better2, -better3, members.item) as place
      from members join found on found.item = members.item
    ), first as (
      select cluster, min_by(struct(item, better1, better2, better3), place) as best from known group by cluster
    ), second as (
      select known.cluster, min_by(struct(known.item, better1, better2, better3), place) as other
      from known join first on first.cluster = known.cluster and known.item <> first.best.item group by known.cluster
    ), alike as (
      select item, max(case when other = best.item then likeness end) as to_best, max(likeness) as most
      from (select x as item, y as other, likeness from verified union all select y, x, likeness from verified) as pairs
      join members using (item) join first using (cluster) group by item
    )
    select members.item, members.cluster, best.item as best,
      case when members.item = best.item then 1.0D else coalesce(to_best, most) end as likeness,
      case when members.item <> best.item then null ${reasons.join(' ')} else 'first' end as why
    from members join first using (cluster) join second using (cluster) join alike on alike.item = members.item`,
  );
}
