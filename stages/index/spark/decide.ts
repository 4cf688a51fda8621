// The program of Spark's driver: from the features of all items to the decisions about them. The rules are those of index; Spark shuffles,
// joins, sorts and counts, and the kernel computes what SQL cannot.
import type { Decided } from '#core/snapshot/distributed.ts';
import { itemsSql, judgedSql, placedSql } from '../items/items-sql.ts';
import { findCopies } from './copy-steps.ts';
import type { DecideSettings } from './decide-settings.ts';
import { forSpark, type SparkEngine, sparkText } from './engine.ts';
import { chooseDrift, countFindings, readExamples, readPlaces } from './finding-steps.ts';
import { measureItems } from './measure-steps.ts';
import { findNear } from './near-steps.ts';
import { everywhere } from './spread.ts';

export const DECIDED_FILE = 'decided.json';
/** Columns for the statements about copies and positions; wide columns are joined last. */
const NARROW = 'item, part, identity, split, label, better1, better2, better3, upload, flagged';
const WIDE = 'itemId, path, line, "row", source, unit, license, origin, flags, fixes';
/** Items that are left out are stored by their number, so many a file. */
const EXCLUDED_A_FILE = 1_000_000;
const EXCLUDED = 'excluded';
/** A path may be as long as so many other rows. */
const PATH_ROWS = 16;
/** Such datasets are indexed by one process. */
const NEITHER = { aligned: false, hasOutputs: false } as const;

/** Decides about all items, unless that was done already. The same features give the same decisions. */
export async function decide(engine: SparkEngine, settings: DecideSettings): Promise<void> {
  const result = `${settings.output}/${DECIDED_FILE}`;
  if (await engine.exists(result)) return;
  await checkFeatures(engine, settings);
  await engine.files('features', 'parquet', `${settings.work}/features`);
  await engine.view('found', `select ${NARROW} from features`);
  const { rows, distinct } = await findCopies(engine);
  const near = await findNear(engine, settings, { rows, distinct });
  const { measures, drift, outliers } = await measureItems(engine, settings, { rows, distinct });
  const later = rows - distinct;
  const judged = forSpark(judgedSql({ ...settings, ...NEITHER }))
    .replace('select copies.*', `select ${everywhere('near', near)} ${everywhere('outliers', outliers)} copies.*`)
    .replace('select dropped.*', `select ${everywhere('touched', near + later)} dropped.*`);
  await engine.table('judged', judged);
  await engine.table('placed', forSpark(placedSql(settings.shardItems)));
  const counts = await countFindings(engine);
  const ofUploads = await chooseDrift(engine, drift);
  await writeItems(engine, settings.output, near + later);
  const decided: Decided = {
    schemaVersion: 1,
    snapshotId: settings.snapshotId,
    rows,
    ...counts,
    ...(await readPlaces(engine)),
    ...(await readExamples(engine)),
    measures,
    drift: ofUploads,
  };
  await engine.put(result, JSON.stringify(decided));
}

/** Every batch must have its features as gather has written them, and no others: their number, names and hashes are compared. */
async function checkFeatures(engine: SparkEngine, { work, batches, snapshotId }: DecideSettings): Promise<void> {
  await engine.files('tallies', 'json', `${work}/tallies`);
  await engine.files('feature_files', 'binaryFile', `${work}/features`);
  const [[listed] = [0]] = await engine.rows('select count(distinct batch) from tallies');
  if (Number(listed) !== batches)
    throw new Error(`${listed} of ${batches} batches are gathered. Start assemble again.`);
  const wrong = await engine.rows(
    `select coalesce(path, concat('batch ', tallies.batch))
    from (select batch, snapshotId, features.sha256 as wanted from tallies) as tallies full join (
      select path, cast(regexp_extract(path, '([0-9]+)[.]parquet$', 1) as int) as batch, sha2(content, 256) as sha256
      from feature_files where path like '%.parquet'
    ) as files on files.batch = tallies.batch
    where files.batch is null or tallies.batch is null or wanted <> sha256 or snapshotId <> ${sparkText(snapshotId)}
    order by 1 limit 1`,
  );
  if (wrong.length > 0)
    throw new Error(
      `The features of ${wrong[0]?.[0]} are missing, or are not those that gather wrote for snapshot ${snapshotId}. Start assemble again.`,
    );
}

/**
 * Writes items/file=<shard> and items/file=excluded-<n>, each sorted as in the items of a snapshot from one machine, and makes the view `items` of what is written. `others`: most of the items
 * that stand beside another one.
 */
async function writeItems(engine: SparkEngine, output: string, others: number): Promise<void> {
  const few = everywhere('named_items', others);
  await engine.view('named_items', NAMED_SQL);
  await engine.view(
    'named',
    `select ${few} features.item, path from features left semi join named_items on named_items.item = features.item`,
  );
  await engine.view(
    'judged_items',
    `select judged.*, ${WIDE.split(', ')
      .map((name) => `features.${name}`)
      .join(', ')} from judged join features on features.item = judged.item`,
  );
  const sorted = itemsSql(NEITHER)
    .replaceAll(/\bfrom judged\b/g, 'from judged_items as judged')
    .replaceAll(/\bjoin found\b/g, 'join named')
    .replace(/order by[\s\S]*$/, '');
  const number = `cast(cast(floor(judged.item / ${EXCLUDED_A_FILE}) as int) as string)`;
  const file = `coalesce(placed.shard, concat('${EXCLUDED}-', lpad(${number}, 5, '0')))`;
  const named = sorted.replace(
    'select judged.itemId',
    `select ${everywhere('first', others * PATH_ROWS)} ${everywhere('best', others * PATH_ROWS)} ${file} as file, judged.itemId`,
  );
  const items = `${output}/items`;
  await engine.write(`select * from (${named}) distribute by file sort by file, position, part, "row"`, items);
  await engine.files('items', 'parquet', items);
  await engine.view('found', 'select * from features');
}

/** The items whose names stand beside others. */
const NAMED_SQL = `
  select kept as item from copies where copy > 1
  union select best from near where best <> item`;
