// The statements that find texts which share a band, where very many do: such a band is divided among tasks.
import { SHARED_BANDS_SQL } from '../items/items-sql.ts';
import { BEFORE } from '../kernel/bands.ts';
import { forSpark, type SparkEngine } from './engine.ts';
import { everywhere, mostInATask } from './spread.ts';

export type HotBands = { readonly bands: number; readonly rows: number; readonly mostRows?: number | undefined };

/** Makes the table `hot_pairs` of pairs x, y from the table `left_bands`. Bands that belong to one text only are counted away before the others are sorted. */
export async function hotBandPairs(engine: SparkEngine, { bands, rows, mostRows }: HotBands): Promise<void> {
  await engine.view(
    'all_bands',
    "select cast(a as int) as item, cast(b as int) as band, c as value from left_bands where what = 'b'",
  );
  const met = await engine.table(
    'met_bands',
    `select band, value, count(*) as items, min(item) as first from all_bands group by band, value having count(*) > 1`,
  );
  const bandsOf = (table: string, with_: string) =>
    `select ${everywhere(table, met)} all_bands.item, all_bands.band, all_bands.value${with_} from all_bands
    join ${table} on ${table}.band = all_bands.band and ${table}.value = all_bands.value`;
  const most = mostInATask(mostRows);
  const [[largest] = [0]] = await engine.rows('select coalesce(max(items), 0) from met_bands');
  if (Number(largest) <= most) await engine.view('bands', bandsOf('met_bands', ''));
  else {
    await engine.view('hot_bands', `select * from met_bands where items > ${most}`);
    await engine.view('other_bands', `select * from met_bands where items <= ${most}`);
    await engine.view('cold', bandsOf('other_bands', ''));
    const width = Math.max(1, Math.ceil((rows * most) / Number(largest)));
    const slice = `, cast(floor(all_bands.item / ${width}) as int) as slice, hot_bands.first`;
    await engine.table('sliced', bandsOf('hot_bands', slice));
    await engine.view('bands', slicedBandsSql(bands));
  }
  const pairs = forSpark(SHARED_BANDS_SQL).replace(/order by other, item\s*$/, '');
  await engine.table('hot_pairs', `select other as x, item as y from (${pairs})`);
}

/**
 * Divides bands of many items into slices by item, each a band of its own. In front of each slice come the first item of the band and the ${BEFORE} items before the
 * slice, so every item meets the ones that it would meet in the whole band; the pairs of those in front are pairs of the whole band as well.
 */
function slicedBandsSql(bands: number): string {
  const key = (table: string) => `${table}.band, ${table}.value`;
  const same = (one: string, other: string) => `${one}.band = ${other}.band and ${one}.value = ${other}.value`;
  return `
  with tails as (
    select band, value, slice, item from (
      select *, row_number() over (partition by band, value, slice order by item desc) as place from sliced
    ) where place <= ${BEFORE}
  ), numbered as (
    select band, value, slice, first, row_number() over (partition by band, value order by slice) as number
    from (select distinct band, value, slice, first from sliced)
  ), earlier as (
    select ${key('own')}, own.slice, tails.item,
      row_number() over (partition by ${key('own')}, own.slice order by tails.item desc) as place
    from numbered as own
    join numbered as before on ${same('before', 'own')} and before.number between own.number - ${BEFORE} and own.number - 1
    join tails on ${same('tails', 'before')} and tails.slice = before.slice
  ), in_front as (
    select band, value, slice, item from earlier where place <= ${BEFORE}
    union select band, value, slice, first from numbered where number > 1
  )
  select item, band, value from cold
  union all select item, ${bands} * (slice + 1) + band, value from sliced
  union all select item, ${bands} * (slice + 1) + band, value from in_front`;
}
