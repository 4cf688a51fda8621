// Takes one event of the drop bucket: refuses the upload with a reason, or plans its units and sends them to be cleaned.
import type { ReadRange } from '#core/archive.ts';
import { TAKEN } from '#core/content.ts';
import { parseDatasetFile } from '#core/dataset-file.ts';
import type { Issue } from '#core/issues.ts';
import { CONFIG_FILE, isFolderMarker, keys, NO_DATASET, parseDropKey, uploadIdOf } from '#core/keys.ts';
import {
  type CurrentConfig,
  ObjectEvent,
  type Refusal,
  type Source,
  StorageTest,
  Upload,
} from '#core/messages/ingest.ts';
import type { Kind } from '#core/names.ts';
import { isSidecar } from '#core/sidecar.ts';
import { readJson, writeOnce } from '#core/store/json.ts';
import { keepInferred, readCurrent, settleConfig, statedKind } from './configuration.ts';
import { inferFrom } from './inference.ts';
import { ANYTHING_TAKEN, type Examined, examine, planUnits, planWhole } from './plan.ts';
import { resendPending, type SendDeps, sendMissing } from './send.ts';
import { findSource } from './source.ts';
import { readWaivers } from './waivers.ts';

/** dataset.yaml is written by hand. */
const CONFIG_BYTES = 2 ** 20;

/** `send` puts unit messages on the queue of the function that cleans them: all of them, or it throws. */
export type ValidateDeps = SendDeps;
export type ValidateOutcome = {
  state: 'ignored' | 'refused' | 'configured' | 'planned';
  uploadId: string;
  units: number;
};
/** About nothing that lies in the drop bucket now. */
const IGNORED: ValidateOutcome = { state: 'ignored', uploadId: '', units: 0 };
type Upcoming = { readonly dataset: string; readonly path: string; readonly uploadId: string; readonly source: Source };

/** Repeats change nothing. Throws on a body that is no event, and on faults of ours; a bad upload is a refusal. */
export async function validate(body: unknown, deps: ValidateDeps): Promise<ValidateOutcome> {
  if (StorageTest.safeParse(body).success) return IGNORED;
  const { 'detail-type': type, detail } = ObjectEvent.parse(body);
  const { bucket } = deps.drop;
  if (detail.bucket.name !== bucket || type === 'Object Deleted') return IGNORED;
  const { source, superseded } = await findSource(deps.drop, detail.object);
  if (isFolderMarker(source.key, source.size) && !superseded) return IGNORED;
  const { dataset, path } = parseDropKey(source.key) ?? { dataset: NO_DATASET, path: source.key };
  const upcoming = { dataset, path, source, uploadId: uploadIdOf(bucket, source.key, source.versionId) };
  if (dataset === NO_DATASET) return refuse(deps, upcoming, [{ code: 'upload.outside-dataset', place: {} }]);
  try {
    if (superseded) throw new SupersededError();
    return path === CONFIG_FILE ? await configure(deps, upcoming) : await plan(deps, upcoming);
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    return refuse(deps, upcoming, [{ code: 'upload.superseded', place: {} }]);
  }
}

/** The file of the event is judged; what comes into force is the newest one. */
async function configure(deps: ValidateDeps, upcoming: Upcoming): Promise<ValidateOutcome> {
  const { dataset, source, uploadId } = upcoming;
  if (source.size > CONFIG_BYTES) {
    const facts = { given: `${source.size} bytes`, allowed: `at most ${CONFIG_BYTES} bytes` };
    return refuse(deps, upcoming, [{ code: 'upload.too-large', place: { path: CONFIG_FILE }, ...facts }]);
  }
  const text = source.size === 0 ? new Uint8Array() : await rangesOf(deps, source)(0, source.size - 1);
  const parsed = parseDatasetFile(new TextDecoder().decode(text));
  if (!parsed.ok) return refuse(deps, upcoming, parsed.issues);
  const current = await settleConfig(deps, dataset);
  const units = current ? await resendPending(deps, dataset, current) : 0;
  return { state: 'configured', uploadId, units };
}

async function plan(deps: ValidateDeps, upcoming: Upcoming): Promise<ValidateOutcome> {
  const { dataset, uploadId, source } = upcoming;
  const planned = await readJson(deps.data, keys.upload(dataset, uploadId), Upload);
  const upload = planned?.value ?? (await planNew(deps, upcoming));
  if ('code' in upload) return refuse(deps, upcoming, [upload]);
  if (!planned) await writeOnce(deps.data, keys.upload(dataset, uploadId), upload);
  // Read after the plan is written: whoever moves the pointer from here on finds the plan and sends its units.
  const current = await readCurrent(deps.data, dataset);
  if (!current) throw new Error(`${dataset} lost its configuration while ${source.versionId} was planned`);
  // Nobody has released anything of an upload that nobody has seen.
  const waiversOf = planned ? await readWaivers(deps.data, dataset) : () => [];
  return { state: 'planned', uploadId, units: await sendMissing(deps, upload, current, waiversOf) };
}

async function planNew(deps: ValidateDeps, { dataset, path, uploadId, source }: Upcoming): Promise<Upload | Issue> {
  const readRange = rangesOf(deps, source);
  const examined = await examine(source, readRange);
  if (!examined.ok) return forKind(examined.issue, (await readCurrent(deps.data, dataset))?.config.kind);
  const inForce = (await readCurrent(deps.data, dataset)) ?? (await settleConfig(deps, dataset));
  const current = inForce ?? (await inferConfigFrom(deps, { dataset, path, source }, examined.listing, readRange));
  if (!current) return unreadable(examined);
  const { kind, labels } = current.config;
  const said = kind !== 'table' && isSidecar(path, labels);
  const plan = said ? planWhole(source.size) : await planUnits(current.config, source, examined, readRange);
  return plan.ok ? { dataset, uploadId, kind, source, units: plan.units } : plan.issue;
}

async function inferConfigFrom(
  deps: ValidateDeps,
  { dataset, path, source }: Pick<Upcoming, 'dataset' | 'path' | 'source'>,
  listing: Examined['listing'],
  readRange: ReadRange,
): Promise<CurrentConfig | undefined> {
  const stated = await statedKind(deps.drop, dataset);
  const inferred = await inferFrom(path, source.size, listing, readRange, stated);
  if (!inferred) return undefined;
  await keepInferred(deps.data, dataset, inferred);
  return settleConfig(deps, dataset);
}

/** Says what this dataset takes, where it is known what it is. */
function forKind(issue: Issue, kind: Kind | undefined): Issue {
  return kind && issue.code === 'upload.type-not-allowed' ? { ...issue, allowed: TAKEN[kind].types } : issue;
}

/** The first upload of a dataset must say what its items are like. */
function unreadable({ content, listing }: Examined): Issue {
  if (content.family === 'image') return { code: 'image.corrupt', place: {}, given: 'no header that tells a size' };
  const given = listing ? 'an archive of nothing that is taken' : content.type;
  return { code: 'upload.type-not-allowed', place: {}, given, allowed: ANYTHING_TAKEN };
}

async function refuse({ data }: ValidateDeps, upcoming: Upcoming, issues: Issue[]): Promise<ValidateOutcome> {
  const { dataset, uploadId, source, path } = upcoming;
  const refusal: Refusal = {
    dataset,
    uploadId,
    source,
    issues: issues.map((issue) => ({ ...issue, place: { path, ...issue.place } })),
  };
  await writeOnce(data, keys.refused(dataset, uploadId), refusal);
  return { state: 'refused', uploadId, units: 0 };
}

/** The version went away while it was read. */
class SupersededError extends Error {}

function rangesOf({ drop }: ValidateDeps, { key, versionId }: Source): ReadRange {
  return async (first, last) => {
    const object = await drop.get(key, { versionId, range: { first, last } });
    if (!object) throw new SupersededError();
    return object.body;
  };
}
