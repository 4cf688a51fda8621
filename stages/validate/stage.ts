// Takes events of the drop bucket: refuses an upload with a reason, or plans its units and sends them to be cleaned.

import { ObjectEvent, StorageTest } from '#core/ingest/messages.ts';
import { sniff } from '#core/ingest/sniff.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { CONFIG_FILE, isFolderMarker, NO_DATASET, parseDropKey, uploadIdOf } from '#core/store/keys.ts';
import { settleConfig } from './configuration.ts';
import { planTogether } from './plan-together.ts';
import { refuse, type Upcoming, type ValidateOutcome } from './refuse.ts';
import { resendPending, type SendDeps } from './send.ts';
import { findSource, rangesOf, SupersededError } from './source.ts';

/** dataset.yaml is written by hand. */
const CONFIG_BYTES = 2 ** 20;
/** One file of this size is planned in a moment, whatever it holds. */
const LIGHT_BYTES = 2 ** 20;

/** `send` puts unit messages on the queue of the function that cleans them: all of them, or it throws. */
export type ValidateDeps = SendDeps;
/** About nothing that lies in the drop bucket now. */
const IGNORED: ValidateOutcome = { state: 'ignored', uploadId: '', units: 0 };

/** Repeats change nothing. Throws on a body that is no event, and on faults of ours; a bad upload is a refusal. */
export async function validate(body: unknown, deps: ValidateDeps): Promise<ValidateOutcome> {
  const [result] = await validateAll([body], deps);
  if (result?.status !== 'fulfilled') throw result?.reason;
  return result.value;
}

/**
 * As one by one, in fewer requests: small files that come together share what is asked about their dataset and the calls
 * to the queue. What may take longer follows, each by itself, so that it holds none of them up.
 */
export async function validateAll(
  bodies: readonly unknown[],
  deps: ValidateDeps,
): Promise<PromiseSettledResult<ValidateOutcome>[]> {
  const opening = bodies.map((body) => open(body, deps));
  const opened = await Promise.allSettled(opening);
  const light = opened.flatMap((one) =>
    one.status === 'fulfilled' && 'source' in one.value && isLight(one.value) ? [one.value] : [],
  );
  const planned = planTogether(deps, light);
  await Promise.allSettled(planned);
  const outcomes = new Map(light.map((upcoming, place) => [upcoming, planned[place]]));
  return Promise.allSettled(
    opening.map(async (one) => {
      const value = await one;
      return 'state' in value ? value : (outcomes.get(value) ?? alone(deps, value));
    }),
  );
}

async function open(body: unknown, deps: ValidateDeps): Promise<Upcoming | ValidateOutcome> {
  if (StorageTest.safeParse(body).success) return IGNORED;
  const { 'detail-type': type, detail } = ObjectEvent.parse(body);
  const { bucket } = deps.drop;
  if (detail.bucket.name !== bucket || type === 'Object Deleted') return IGNORED;
  const { source, start, superseded } = await findSource(deps.drop, detail.object);
  if (isFolderMarker(source.key, source.size) && !superseded) return IGNORED;
  const { dataset, path } = parseDropKey(source.key) ?? { dataset: NO_DATASET, path: source.key };
  const uploadId = uploadIdOf(bucket, source.key, source.versionId);
  const plain = start !== undefined && !['zip', 'tar'].includes((await sniff(start)).family);
  const upcoming = { dataset, path, source, start, plain, uploadId };
  if (dataset === NO_DATASET) return refuse(deps, upcoming, [{ code: 'upload.outside-dataset', place: {} }]);
  if (superseded) return refuse(deps, upcoming, [{ code: 'upload.superseded', place: {} }]);
  return upcoming;
}

function isLight({ path, plain, source }: Upcoming): boolean {
  return plain && path !== CONFIG_FILE && source.size <= LIGHT_BYTES;
}

async function alone(deps: ValidateDeps, upcoming: Upcoming): Promise<ValidateOutcome> {
  if (upcoming.path !== CONFIG_FILE) return planTogether(deps, [upcoming])[0] as Promise<ValidateOutcome>;
  try {
    return await configure(deps, upcoming);
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
  const text = source.size === 0 ? new Uint8Array() : await rangesOf(deps.drop, upcoming)(0, source.size - 1);
  const parsed = parseDatasetFile(new TextDecoder().decode(text));
  if (!parsed.ok) return refuse(deps, upcoming, parsed.issues);
  const current = await settleConfig(deps, dataset);
  const units = current ? await resendPending(deps, dataset, current) : 0;
  return { state: 'configured', uploadId, units };
}
