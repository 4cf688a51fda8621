// Handles events of the drop bucket in three phases: every upload is planned or refused with a reason, the configuration is read again, and
// the units are sent to be cleaned.
import type { Kind } from '#core/base/names.ts';
import { DEFERRED, type UnitMessage, type Upload } from '#core/ingest/messages.ts';
import { SupersededError } from '#core/ingest/unit-files.ts';
import { isCurrentConfigKey } from '#core/store/keys.ts';
import { sharedReads } from '#core/store/shared-reads.ts';
import { readCurrent } from './configuration.ts';
import { configure } from './configure.ts';
import { isLight, type OpenedEvent, openEvent } from './open.ts';
import { planUpload } from './plan-upload.ts';
import { refuse, type Upcoming, type ValidateOutcome } from './refuse.ts';
import { missingUnits, type SendDeps, unitMessages } from './send.ts';
import { readWaivers } from './waivers.ts';

/** `send` puts unit messages on the queue of the function that cleans them: all of them, or it throws. */
export type ValidateDeps = SendDeps;

type Failed = { readonly type: 'failed'; readonly reason: unknown };
type Ended = { readonly type: 'ended'; readonly outcome: ValidateOutcome };
type Planned = {
  readonly type: 'planned';
  readonly upcoming: Upcoming;
  readonly upload: Upload;
  /** The upload was not planned before, so nothing of it was sent, cleaned or released. */
  readonly first: boolean;
};
type Ready = {
  readonly type: 'ready';
  readonly uploadId: string;
  readonly kind: Kind;
  readonly messages: readonly UnitMessage[];
};

/** Repeating a call changes nothing. Throws on an invalid body and on faults of goldpan; a bad upload is refused. */
export async function validate(body: unknown, deps: ValidateDeps): Promise<ValidateOutcome> {
  const [result] = await validateAll([body], deps);
  if (result?.status !== 'fulfilled') throw result?.reason;
  return result.value;
}

/**
 * Returns what becomes of each event, in their order. Several events share the reads of their configuration and the calls
 * to the queue; what may take longer than a small file is then left for a call of its own (`deferred`).
 */
export async function validateAll(
  bodies: readonly unknown[],
  deps: ValidateDeps,
): Promise<PromiseSettledResult<ValidateOutcome>[]> {
  const opened = await each(bodies, (body) => openEvent(body, deps));
  const taken = bodies.length === 1 ? opened : opened.map(deferHeavy);
  const planned = await planAll(deps, taken);
  const ready = await prepareAll(deps, planned);
  const ended = await sendAll(deps, ready);
  return ended.map((step) =>
    step.type === 'failed' ? { status: 'rejected', reason: step.reason } : { status: 'fulfilled', value: step.outcome },
  );
}

function deferHeavy(step: OpenedEvent | Failed): OpenedEvent | Failed {
  if (step.type === 'failed' || step.type === 'ended' || isLight(step)) return step;
  return { type: 'ended', outcome: { state: DEFERRED, uploadId: step.upcoming.uploadId, units: 0 } };
}

/** The first phase. The configuration is read after the events arrived, once for each dataset. */
function planAll(deps: ValidateDeps, steps: readonly (OpenedEvent | Failed)[]): Promise<(Planned | Ended | Failed)[]> {
  const shared = sharedReads(deps.data, isCurrentConfigKey);
  const inForce = (dataset: string) => readCurrent(shared, dataset);
  return each(steps, async (step) => {
    if (step.type === 'ended' || step.type === 'failed') return step;
    const { upcoming } = step;
    try {
      if (step.type === 'configuration') return { type: 'ended', outcome: await configure(deps, upcoming) };
      const planned = await planUpload({ ...deps, inForce }, upcoming);
      if (planned.type === 'planned') return { ...planned, upcoming };
      return { type: 'ended', outcome: await refuse(deps, upcoming, [planned.issue]) };
    } catch (error) {
      if (!(error instanceof SupersededError)) throw error;
      return { type: 'ended', outcome: await refuse(deps, upcoming, [{ code: 'upload.superseded', place: {} }]) };
    }
  });
}

/** The second phase. Every plan is written by now: who changes the configuration from here on finds them and sends their units. */
function prepareAll(
  deps: ValidateDeps,
  steps: readonly (Planned | Ended | Failed)[],
): Promise<(Ready | Ended | Failed)[]> {
  const shared = sharedReads(deps.data, isCurrentConfigKey);
  return each(steps, async (step) => {
    if (step.type !== 'planned') return step;
    const { upload, first } = step;
    const { dataset, uploadId } = upload;
    const current = await readCurrent(shared, dataset);
    if (!current) throw new Error(`${dataset} lost its configuration while ${uploadId} was planned`);
    const messages = first
      ? unitMessages(upload, current, () => [])
      : await missingUnits(deps.data, upload, current, await readWaivers(deps.data, dataset));
    return { type: 'ready', uploadId, kind: current.config.kind, messages };
  });
}

/** The third phase: one call to the queue for each kind. A queue that fails fails the uploads that go there. */
async function sendAll(deps: ValidateDeps, steps: readonly (Ready | Ended | Failed)[]): Promise<(Ended | Failed)[]> {
  const ready = steps.filter((step) => step.type === 'ready' && step.messages.length > 0) as Ready[];
  const sent = new Map<Kind, Promise<void>>();
  for (const [kind, some] of Map.groupBy(ready, (step) => step.kind))
    sent.set(
      kind,
      deps.send(
        kind,
        some.flatMap(({ messages }) => messages),
      ),
    );
  return each(steps, async (step) => {
    if (step.type !== 'ready') return step;
    const { uploadId, kind, messages } = step;
    if (messages.length > 0) await sent.get(kind);
    return { type: 'ended', outcome: { state: 'planned', uploadId, units: messages.length } };
  });
}

/** Runs all at once. One that throws fails alone. */
async function each<From, To>(from: readonly From[], run: (one: From) => Promise<To>): Promise<(To | Failed)[]> {
  const settled = await Promise.allSettled(from.map(run));
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : { type: 'failed', reason: one.reason }));
}
