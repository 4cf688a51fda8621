// Cleans the images of one unit. The verdict is written last: a unit with a verdict is whole.
import { ImageDataset } from '#core/config.ts';
import { FAILURE, GoldpanError } from '#core/errors.ts';
import { sha256 } from '#core/hash.ts';
import { countIssues, type Issue } from '#core/issues.ts';
import { keys, type UnitPlace } from '#core/keys.ts';
import { UnitMessage, type Verdict } from '#core/messages/ingest.ts';
import { encodePart, type Item } from '#core/part.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import type { Store } from '#core/store/store.ts';
import { type Cleaned, cleanFile } from './clean.ts';
import { openQuarantine, type Quarantine } from './quarantine.ts';
import { type SourceFile, SupersededError, sourceFiles } from './source.ts';

/** Pictures decoded side by side: enough to keep two processors busy, few enough for the largest to fit in memory. */
const DECODES_AT_ONCE = 4;
const EXAMPLES = 5;

export type CleanDeps = { readonly drop: Store; readonly data: Store };
export type CleanOutcome = {
  state: 'cleaned' | 'done-before';
  uploadId: string;
  unit: string;
  accepted: number;
  rejected: number;
};

/** Repeats change nothing. Throws on a message that is none, and on faults of ours; what is wrong with a file is a value. */
export async function cleanImages(body: unknown, { drop, data }: CleanDeps): Promise<CleanOutcome> {
  const message = UnitMessage.parse(body);
  const { dataset, configId, uploadId, unit, source } = message;
  const place: UnitPlace = { dataset, configId, uploadId, unit };
  if (await data.head(keys.verdict(place))) return { state: 'done-before', uploadId, unit, accepted: 0, rejected: 0 };
  const config = await readJson(data, keys.config(dataset, configId), ImageDataset);
  if (!config) throw new GoldpanError(FAILURE.noConfiguration, `${dataset} has no configuration ${configId}`);

  const quarantine = openQuarantine(data, place);
  const { items, issues } = await cleanAll(sourceFiles(drop, message), message, config.value, quarantine);
  await quarantine.close();
  const verdict: Verdict = {
    dataset,
    configId,
    uploadId,
    unit,
    sourceKey: source.key,
    part: await writePart(data, place, items),
    items: { accepted: items.length, rejected: issues.length },
    byIssue: countIssues([...issues, ...items.flatMap(({ flags }) => flags.map((code) => ({ code })))]),
    examples: issues.slice(0, EXAMPLES),
  };
  await writeJson(data, keys.verdict(place), verdict);
  return { state: 'cleaned', uploadId, unit, accepted: items.length, rejected: issues.length };
}

type Sifted = { readonly items: Item[]; readonly issues: Issue[] };

/** Several files are on their way at once; what they come to is taken in the unit's order. */
async function cleanAll(
  files: AsyncIterable<SourceFile>,
  message: UnitMessage,
  config: ImageDataset,
  quarantine: Quarantine,
): Promise<Sifted> {
  const sifted: Sifted = { items: [], issues: [] };
  const underWay: Promise<Cleaned>[] = [];
  const settle = async (cleaned: Cleaned) => {
    if (cleaned.accepted) return sifted.items.push(cleaned.item);
    await quarantine.add(cleaned);
    return sifted.issues.push(cleaned.issue);
  };
  try {
    for await (const file of files) {
      if (underWay.length === DECODES_AT_ONCE) await settle(await (underWay.shift() as Promise<Cleaned>));
      underWay.push(cleanFile(file, config, message.source.key));
    }
    for (const cleaned of underWay) await settle(await cleaned);
    return sifted;
  } catch (error) {
    await Promise.allSettled(underWay);
    if (!(error instanceof SupersededError)) throw error;
    const path = message.source.key.slice(message.dataset.length + 1);
    return { items: [], issues: [{ code: 'upload.superseded', place: { path } }] };
  }
}

async function writePart(data: Store, place: UnitPlace, items: readonly Item[]): Promise<Verdict['part']> {
  if (items.length === 0) return null;
  const bytes = encodePart(items);
  const key = keys.part(place);
  await data.put(key, bytes, { contentType: 'application/vnd.apache.parquet' });
  return { key, sha256: sha256(bytes), items: items.length };
}
