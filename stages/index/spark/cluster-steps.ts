// The statements that form clusters of verified pairs, and find the best item of each.
import { type SparkEngine, sparkText } from './engine.ts';
import { everywhere } from './spread.ts';

const MOST_ROUNDS = 64;

/**
 * Makes the table `edges` from the view `verified`: each item of a cluster but its least one, beside that one. Connected components by alternating large and small stars (Kiveris and others
 * 2014, "Connected components in MapReduce and beyond"). Returns the number of rounds.
 */
export async function formClusters(engine: SparkEngine): Promise<number> {
  let rows = await engine.table('edges', 'select y as u, x as v from verified');
  let before = '';
  for (let round = 1; ; round++) {
    const few = everywhere('least_of', rows);
    rows = await engine.table(
      'large',
      `with ends as (select u, v from edges union all select v, u from edges),
      least_of as (select u, least(u, min(v)) as m from ends group by u)
      select ${few} distinct ends.v as u, m as v from ends join least_of on least_of.u = ends.u where ends.v > ends.u`,
    );
    rows = await engine.table(
      'edges',
      `with least_of as (select u, min(v) as m from large group by u)
      select u, m as v from least_of
      union select ${few} large.v as u, m as v from large join least_of on least_of.u = large.u where large.v <> m`,
    );
    const now = JSON.stringify(
      await engine.rows('select count(*), cast(bit_xor(xxhash64(u, v)) as string) from edges'),
    );
    if (now === before) return round;
    before = now;
    if (round > MOST_ROUNDS) throw new Error(`Clusters did not settle in ${round} rounds.`);
  }
}

/**
 * Makes the table `near` from `edges`, and returns its number of rows. The similarity of a member refers to the best member, or to its nearest one if those two were not compared.
 */
export async function rankMembers(engine: SparkEngine, why: readonly string[]): Promise<number> {
  const reasons = [1, 2, 3].map(
    (i) => `when best.better${i} <> other.better${i} then ${sparkText(why[i - 1] ?? 'first')}`,
  );
  const rows = await engine.table(
    'members',
    'select u as item, v as cluster from edges union all select distinct v, v from edges',
  );
  const few = everywhere('members', rows);
  await engine.table(
    'known',
    `select ${few} members.item, cluster, better1, better2, better3,
      struct(-better1, -better2, -better3, members.item) as place
    from members join found on found.item = members.item`,
  );
  const item = 'struct(known.item, better1, better2, better3)';
  const clusters = await engine.table(
    'firsts',
    `select cluster as of, min_by(${item}, place) as best from known group by cluster`,
  );
  await engine.table(
    'ranked',
    `select ${everywhere('firsts', clusters)} known.*, best from known join firsts on firsts.of = known.cluster`,
  );
  const [ranked, seconds] = [everywhere('ranked', rows), everywhere('seconds', clusters)];
  return engine.table(
    'near',
    `with seconds as (
      select best.item as first, min_by(${item.replace('known', 'ranked')}, place) as other from ranked
      where ranked.item <> best.item group by best.item
    ), alike as (
      select ${ranked} pairs.item, max(case when other = best.item then likeness end) as to_best, max(likeness) as most
      from (select x as item, y as other, likeness from verified union all select y, x, likeness from verified) as pairs
      join ranked on ranked.item = pairs.item group by pairs.item
    )
    select ${seconds} ranked.item, ranked.cluster, best.item as best,
      case when ranked.item = best.item then 1.0D else coalesce(to_best, most) end as likeness,
      case when ranked.item <> best.item then null ${reasons.join(' ')} else 'first' end as why
    from ranked join alike on alike.item = ranked.item left join seconds on seconds.first = ranked.item`,
  );
}
