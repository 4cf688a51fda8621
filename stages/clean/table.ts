// Cleans the tables of one unit. Results stay on disk, because a table may have millions of rows.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openCarriedWaivers } from '#core/ingest/carried-waivers.ts';
import { UnitMessage } from '#core/ingest/messages.ts';
import { type CleanOutcome, type OpenedUnit, openUnit, unlessDone } from '#core/ingest/open-unit.ts';
import { openQuarantine } from '#core/ingest/quarantine.ts';
import { SupersededError } from '#core/ingest/unit-files.ts';
import { writePart, writeVerdict } from '#core/ingest/unit-results.ts';
import { sumChanges } from '#core/kinds/define/change.ts';
import { addCounts, type Issue, type IssueCounts } from '#core/kinds/define/issue.ts';
import { joinRemarks, type Remark } from '#core/kinds/define/remark.ts';
import { mergeParts } from '#core/kinds/table/check/merge-parts.ts';
import { schemaVersionOf } from '#core/kinds/table/config.ts';
import { TABLE_KIND, TableDataset } from '#core/kinds/table/definition.ts';
import { checkTableFile, refusedFile, type TableFileResult } from '#core/kinds/table/process/check-file.ts';
import type { TablePreview } from '#core/kinds/table/report/preview.ts';
import { issueCodesOf, lineOf, type UnitWaiver } from '#core/kinds/waiver.ts';
import type { Buckets, Store } from '#core/store/store.ts';
import { fetchTables } from './fetch-tables.ts';
import { firstTablesOf, majoritySchema, type Pause, type SampledTable } from './majority-schema.ts';
import { readSchemaInForce, settleFirstSchema } from './table-schemas.ts';

const EXAMPLES = 5;

export type TableDeps = Buckets & {
  /** A folder on a disk with room for some copies of a table; left as it was. */
  readonly scratch: string;
  /** The file that the reading process runs. */
  readonly readProcess: string;
  /** The tables among which the first schema is sought; by default those of the archive, or of the drop. */
  readonly firstTables?: readonly SampledTable[];
  /** Waits for the rest of a first drop; absent where all that will come is there. */
  readonly pause?: Pause;
  /** Gets the first accepted rows of each table, as many as it wants; only where a person looks at them. */
  readonly preview?: { readonly rows: number; readonly show: (table: TablePreview) => void };
};

/**
 * Cleans the tables. Repeating a call changes nothing. Throws on invalid messages and on faults of goldpan; problems of a row are values.
 */
export async function cleanTables(body: unknown, deps: TableDeps): Promise<CleanOutcome> {
  const message = UnitMessage.parse(body);
  return unlessDone(deps.data, message, async () => {
    const folder = await mkdtemp(join(deps.scratch, 'clean-table-'));
    try {
      return await cleanIn(
        folder,
        await openUnit(message, deps.data, { schema: TableDataset, rules: TABLE_KIND.rules }),
        deps,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function cleanIn(
  folder: string,
  { message, place, config }: OpenedUnit<TableDataset>,
  deps: TableDeps,
): Promise<CleanOutcome> {
  const { data } = deps;
  const { source, waiver } = message;
  const carried = await openCarriedWaivers(data, message);
  const quarantine = openQuarantine(data, place);
  const sum = { accepted: 0, rejected: 0, byIssue: {} as IssueCounts, released: {} as IssueCounts };
  const examples: Issue[] = [];
  const changes = sumChanges();
  const fixed: IssueCounts = {};
  const parts: string[] = [];
  const remarks: Remark[] = [...(message.remarks ?? [])];
  for await (const { result, path } of checkAll(message, config, deps, folder)) {
    remarks.push(...result.remarks);
    sum.accepted += result.accepted;
    sum.rejected += result.rejected;
    for (const change of result.changes) changes.add(change);
    addCounts(fixed, result.fixed);
    if (result.preview) deps.preview?.show(result.preview);
    // Rejections of rows that are cleaned again were counted before.
    addCounts(sum.byIssue, waiver ? result.flagged : result.byIssue);
    if (waiver) addCounts(sum.released, await releasedBy(waiver, path, result));
    if (result.part !== null) parts.push(result.part);
    for await (const { path: at, issues, row } of result.rejects()) {
      if (examples.length < EXAMPLES) examples.push(issues[0]);
      carried.note({ path: at, line: lineOf(issues), codes: issueCodesOf({ issues }) });
      await quarantine.add({ accepted: false, path: at, issues, row });
    }
  }
  const quarantined = await quarantine.close();
  for (const again of carried.messages()) await cleanTables(again, deps);
  const changed = changes.list();
  const merged = await mergeParts(parts, folder);
  return writeVerdict(data, {
    ...place,
    sourceKey: source.key,
    part: merged === undefined ? null : await writePart(data, place, await readFile(merged), sum.accepted),
    ...(quarantined !== undefined && { quarantine: quarantined }),
    items: { accepted: sum.accepted, rejected: sum.rejected },
    byIssue: sum.byIssue,
    ...(changed.length > 0 && { changes: changed }),
    ...(waiver && { released: sum.released }),
    ...(Object.keys(fixed).length > 0 && { fixed }),
    ...(remarks.length > 0 && !waiver && { remarks: joinRemarks(remarks) }),
    schemaVersion: schemaVersionOf(config.table),
    examples,
  });
}

type Checked = { readonly path: string; readonly result: TableFileResult };

/** Under a waiver, only the files that it names. */
async function* checkAll(
  message: UnitMessage,
  config: TableDataset,
  { drop, data, readProcess, preview, firstTables, pause = async () => undefined }: TableDeps,
  folder: string,
): AsyncGenerator<Checked> {
  const { dataset, source, waiver } = message;
  let schema = await readSchemaInForce(data, dataset, schemaVersionOf(config.table));
  let files = 0;
  try {
    if (!schema) {
      const tables = firstTables ?? firstTablesOf(drop, message, folder, pause);
      const most = await majoritySchema(tables, { config, readProcess, folder });
      if (most) schema = await settleFirstSchema(data, dataset, most);
    }
    for await (const table of fetchTables(drop, message, folder)) {
      const { path } = table;
      const lines = waiver ? linesOf(waiver, path) : null;
      if (lines === undefined) continue;
      if (!table.ok) {
        yield { path, result: refusedFile(path, [table.issue], undefined) };
        continue;
      }
      const own = join(folder, String(files++));
      await mkdir(own);
      const settle = async (inferred: NonNullable<typeof schema>) => {
        schema = await settleFirstSchema(data, dataset, inferred);
        return schema;
      };
      const request = {
        file: table.file,
        path,
        folder: own,
        config,
        source: source.key,
        now: await uploadedAt(drop, message),
        readProcess,
        lines,
        previewRows: preview?.rows ?? 0,
      };
      yield { path, result: await checkTableFile({ ...request, schema: schema ?? settle }) };
    }
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    const path = source.key.slice(dataset.length + 1);
    yield { path, result: refusedFile(path, [{ code: 'upload.superseded', place: { path } }], undefined) };
  }
}

/** The time that rules about ages count from: the same whoever cleans the unit, and whenever. Throws SupersededError. */
async function uploadedAt(drop: Store, { source: { key, versionId } }: UnitMessage): Promise<Date> {
  const facts = await drop.head(key, { versionId });
  if (!facts) throw new SupersededError(`version ${versionId} is gone`);
  return facts.modifiedAt;
}

/** The lines of that file under a waiver; null for the whole file, undefined for a file that it does not name. */
function linesOf({ items }: UnitWaiver, path: string): number[] | null | undefined {
  const named = items.filter((item) => item.path === path);
  if (named.length === 0) return undefined;
  return named.some(({ line }) => line === null) ? null : named.map(({ line }) => line as number);
}

/** Returns the issues for which the released rows were rejected. */
async function releasedBy({ items }: UnitWaiver, path: string, result: TableFileResult): Promise<IssueCounts> {
  const still = new Set<number | null>();
  for await (const { issues } of result.rejects()) still.add(issues[0].place.line ?? null);
  const counts: IssueCounts = {};
  for (const { line, codes, path: at } of items)
    if (at === path && result.accepted > 0 && !still.has(line))
      for (const code of codes) addCounts(counts, { [code]: 1 });
  return counts;
}
