// The statements that find texts which share a band of their signatures: bands are sorted into pages, and each page is compared by the kernel.
import type { BandSettings } from '../kernel/bands.ts';
import type { SparkEngine } from './engine.ts';
import { HASHES, mostInAPlace } from './hash-steps.ts';
import { type HotBands, hotBandPairs } from './hot-band-steps.ts';
import { mostInATask } from './spread.ts';

/** Bands of one page that a task compares. */
const PAGE_BANDS = 2 ** 19;
const MOST_PAGE_BITS = 8;
const PAIRS_SQL = "select cast(b as int) as x, cast(a as int) as y from shared_bands where what = 'p'";

type BandItems = Pick<HotBands, 'bands' | 'rows' | 'mostRows'> & {
  /** Items that are no copies. */
  readonly distinct: number;
  readonly pageBits?: number | undefined;
};

/** Makes the table `candidates`, and returns its number of rows. */
export async function bandCandidates(engine: SparkEngine, given: BandItems): Promise<number> {
  const { bands, rows, distinct, mostRows } = given;
  const pageBits = given.pageBits ?? pageBitsOf(distinct);
  const places = { bands, pageBits };
  const left = await hotPlaces(engine, places, distinct, mostInATask(mostRows));
  const file = await engine.share('bands.json', JSON.stringify({ ...places, left } satisfies BandSettings));
  const hot =
    left.length === 0 ? 0 : await engine.pipe('left_bands', `left-bands ${file}`, { ...HASHES, count: distinct });
  const packed = engine.piped(`pack-bands ${file}`, HASHES);
  await engine.pipe('shared_bands', 'meet-bands', {
    columns: 'place, hex(hashes)',
    sql: `select a as place, unhex(value) as hashes from (${packed}) where what = 'b' distribute by place sort by place`,
    count: distinct * bands - hot,
  });
  if (hot > 0) await hotBandPairs(engine, { bands, rows, mostRows });
  const ofHot = hot > 0 ? ' union all select x, y from hot_pairs' : '';
  return engine.table('candidates', `select distinct x, y, 1 as how from (${PAIRS_SQL}${ofHot})`);
}

/** Pages of which very many items share a band are left to statements that divide a band among tasks. */
async function hotPlaces(
  engine: SparkEngine,
  places: Omit<BandSettings, 'left'>,
  distinct: number,
  most: number,
): Promise<number[]> {
  if (distinct <= most) return [];
  const file = await engine.share('band-places.json', JSON.stringify(places));
  const counted = await engine.pipeSums(`band-places ${file}`, { ...HASHES, count: distinct });
  const target = mostInAPlace(most, distinct, places.pageBits);
  return counted.filter(([, , , items]) => Number(items) > target).map(([, place]) => Number(place));
}

function pageBitsOf(items: number): number {
  return Math.min(MOST_PAGE_BITS, Math.max(1, Math.ceil(Math.log2(Math.max(1, items / PAGE_BANDS)))));
}
