// The plan of one upload: the stored one, or a new one under the configuration in force.

import { UNMARKED_UTF_16 } from '#core/base/first-bytes.ts';
import type { Kind } from '#core/base/names.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import type { CurrentConfig } from '#core/ingest/current-config.ts';
import { Upload } from '#core/ingest/messages.ts';
import { sniff } from '#core/ingest/sniff.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { isNote } from '#core/kinds/formats/notes-beside-tables.ts';
import { readBy, readByAny } from '#core/kinds/formats/register.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { isSidecar } from '#core/kinds/sidecar.ts';
import { readJson, writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Buckets } from '#core/store/store.ts';
import { keepInferred, settleConfig, statedKind } from './configuration.ts';
import { inferFrom, readSamples } from './inference.ts';
import { type Examined, examine, otherType, planUnits, planWhole } from './plan.ts';
import { type Upcoming, withdrawRefusal } from './refuse.ts';
import { sourceRanges } from './source.ts';

const FETCH_AGAIN =
  'Open it in an editor: it may be what a server answered in place of the file. If it is meant as a text, name it .txt.';

/** The configuration as the pointer names it. */
export type InForce = (dataset: string) => Promise<CurrentConfig | undefined>;
export type PlanDeps = Buckets & { readonly inForce: InForce };
/** `first`: the upload was not planned before, so nothing of it was sent, cleaned or released. */
export type PlannedUpload =
  | { readonly type: 'planned'; readonly upload: Upload; readonly first: boolean }
  | { readonly type: 'refused'; readonly issue: Issue };

/**
 * Returns an issue if the whole upload is refused. A stored plan is kept, whatever configuration is in force. Throws SupersededError.
 */
export async function planUpload(deps: PlanDeps, upcoming: Upcoming): Promise<PlannedUpload> {
  const { dataset, uploadId, plain } = upcoming;
  const readPlan = async () => (await readJson(deps.data, keys.upload(dataset, uploadId), Upload))?.value;
  // Looking for a plan costs as much as making one, except where there is an archive to look through.
  const before = plain ? undefined : await readPlan();
  if (before) {
    await withdrawRefusal(deps.data, dataset, uploadId);
    return { type: 'planned', upload: before, first: false };
  }
  const made = await planNew(deps, upcoming);
  if (made.type === 'refused') {
    const there = plain ? await readPlan() : undefined;
    return there ? { type: 'planned', upload: there, first: false } : made;
  }
  const { first, same } = await writeOnce(deps.data, keys.upload(dataset, uploadId), made.upload);
  await withdrawRefusal(deps.data, dataset, uploadId);
  return { type: 'planned', upload: same ? made.upload : ((await readPlan()) ?? made.upload), first };
}

type NewPlan =
  | { readonly type: 'planned'; readonly upload: Upload }
  | { readonly type: 'refused'; readonly issue: Issue };

async function planNew(deps: PlanDeps, upcoming: Upcoming): Promise<NewPlan> {
  const { dataset, path, uploadId, source } = upcoming;
  const readRange = sourceRanges(deps.drop, upcoming);
  const examined = await examine(source, readRange);
  if (!examined.ok)
    return { type: 'refused', issue: forKind(examined.issue, (await deps.inForce(dataset))?.config.kind) };
  const settled = (await deps.inForce(dataset)) ?? (await settleConfig(deps, dataset));
  if (!settled && !examined.listing && (await isUndecided(deps, upcoming)))
    return { type: 'refused', issue: { code: 'upload.notes', place: {}, given: 'the first file of the dataset' } };
  const current = settled ?? (await inferConfigFrom(deps, upcoming, examined.listing, readRange));
  if (!current) return { type: 'refused', issue: await unreadable(examined, path) };
  const { kind, labels } = current.config;
  const said = definitionOf(kind).takesSidecar && isSidecar(path, labels);
  const plan = said ? planWhole(source.size) : await planUnits(current.config, source, examined, readRange);
  return plan.ok
    ? { type: 'planned', upload: { schemaVersion: 1, dataset, uploadId, kind, source, units: plan.units } }
    : { type: 'refused', issue: plan.issue };
}

/** A README does not decide of which kind the files are that it describes. */
async function isUndecided({ drop }: PlanDeps, { dataset, path }: Upcoming): Promise<boolean> {
  return isNote(path) && (await statedKind(drop, dataset)) === undefined;
}

async function inferConfigFrom(
  deps: PlanDeps,
  { dataset, path, source }: Upcoming,
  listing: Examined['listing'],
  readRange: ReadRange,
): Promise<CurrentConfig | undefined> {
  const stated = await statedKind(deps.drop, dataset);
  const inferred = await inferFrom(path, source.size, listing, readRange, stated);
  if (!inferred) return undefined;
  await keepInferred(deps.data, dataset, inferred);
  return settleConfig(deps, dataset);
}

/**
 * Adds the types that this dataset accepts, if its kind is known and the advice of the format does not replace them.
 */
function forKind(issue: Issue, kind: Kind | undefined): Issue {
  return kind && issue.code === 'upload.type-not-allowed' && issue.allowed !== undefined
    ? { ...issue, allowed: readBy(kind) }
    : issue;
}

/** Returns the issue of a first upload from which no settings can be inferred. */
async function unreadable({ content, listing }: Examined, path: string): Promise<Issue> {
  if (content.family === 'image')
    return { code: 'image.corrupt', place: {}, given: 'a header without width and height' };
  // A text makes no dataset only where its name says that it is something else.
  if (!listing && content.type !== UNMARKED_UTF_16 && (content.family === 'text' || content.family === 'document'))
    return {
      code: 'upload.type-not-allowed',
      place: {},
      given: `${content.type}, not what its name says`,
      remedy: FETCH_AGAIN,
    };
  if (!listing) return otherType(content, { path }).issue;
  const entry = listing.archive.files.find(({ refusal }) => refusal);
  if (entry?.refusal) return { ...entry.refusal, place: { path: entry.path } };
  // A shapefile, say: all that is sampled is refused, and the first that has a name says why.
  for (const sample of await readSamples(listing)) {
    const { issue } = otherType(await sniff(sample.start, { path: sample.path }), { path: sample.path });
    if (issue.remedy !== undefined) return { ...issue, place: { path: sample.path } };
  }
  const given = 'an archive without any file that is read';
  return { code: 'upload.type-not-allowed', place: {}, given, allowed: readByAny() };
}
