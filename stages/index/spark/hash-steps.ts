// The statements that find items with near hashes: hashes are copied to all pages that may hold a near one, and each page is searched by the kernel.
import { OTHER_RADIUS, WORDS, wordRadius } from '#core/similarity/hash-pairs.ts';
import type { PackSettings, PlacesSettings } from '../kernel/pack.ts';
import { MOST_OF_A_CUT, MOST_OF_EACH } from '../near/limits.ts';
import type { DecideSettings } from './decide-settings.ts';
import type { SparkEngine } from './engine.ts';
import { mostInATask } from './spread.ts';

/** Hashes of one page that a task holds in memory. */
const PAGE_HASHES = 2 ** 21;
const MOST_PAGE_BITS = 8;
const MOST_SLICES = 64;
/** The lines of the kernel's programs that read hashes. */
export const HASHES = {
  columns: 'item, hashes',
  sql: 'select item, hex(hashes) as hashes from distinct_items',
} as const;

/** Makes the table `candidates`, and returns its number of rows. */
export async function hashCandidates(
  engine: SparkEngine,
  maxDistance: number,
  { counts, pageBits: given, mostRows }: Pick<DecideSettings, 'counts' | 'pageBits' | 'mostRows'>,
  distinct: number,
): Promise<number> {
  const pageBits = given ?? pageBitsOf(distinct, engine.parallelism);
  const radius = Math.max(wordRadius(maxDistance), counts.crops > 0 ? OTHER_RADIUS : 0);
  const masks = Array.from({ length: 2 ** pageBits }, (_, mask) => mask).filter((mask) => bitsOf(mask) <= radius);
  const slices = await slicesOf(engine, { crops: counts.crops, pageBits }, { most: mostInATask(mostRows), distinct });
  const settings: PackSettings = { pageBits, masks, crops: counts.crops, slices };
  const file = await engine.share('pack.json', JSON.stringify(settings));
  const packed = engine.piped(`pack ${file}`, HASHES);
  await engine.pipe('near_hashes', `near ${maxDistance} ${pageBits}`, {
    columns: 'place, slice, slices, kind, hex(hashes)',
    sql: `select a as place, b as slice, c as slices, what as kind, unhex(value) as hashes from (${packed}) where what <> '='
      distribute by place, slice sort by place, slice`,
    count: distinct * WORDS * (masks.length + counts.crops),
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

/** Pages in which far more is searched than in others are searched by several tasks. Slices change no answer. */
async function slicesOf(
  engine: SparkEngine,
  { crops, pageBits }: PlacesSettings,
  { most, distinct }: { readonly most: number; readonly distinct: number },
): Promise<PackSettings['slices']> {
  if (distinct <= most) return {};
  const file = await engine.share('places.json', JSON.stringify({ crops, pageBits } satisfies PlacesSettings));
  const counted = await engine.pipeSums(`places ${file}`, { ...HASHES, count: distinct });
  const slices: Record<string, number> = {};
  const target = mostInAPlace(most, distinct * (1 + crops), pageBits);
  for (const [, place, , items] of counted) {
    const wanted = Math.min(MOST_SLICES, Math.ceil(Number(items) / target));
    if (wanted > 1) slices[String(place)] = wanted;
  }
  return slices;
}

/** Few pages copy fewer hashes to their neighbours; many pages fit into memory and keep all tasks busy. */
function pageBitsOf(items: number, parallelism: number): number {
  const byMemory = Math.ceil(Math.log2(Math.max(1, items / PAGE_HASHES)));
  const byTasks = Math.ceil(Math.log2(Math.max(1, parallelism / 2)));
  return Math.min(MOST_PAGE_BITS, Math.max(1, byMemory, byTasks));
}

/** Returns how many hashes one task takes of a page, where each of so many has one: a few pages have somewhat more than the mean. */
export function mostInAPlace(most: number, hashes: number, pageBits: number): number {
  return Math.max(most, (2 * hashes) / 2 ** pageBits);
}

function bitsOf(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}
