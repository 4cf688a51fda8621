// Plans uploads that came together and sends their units, sharing what they all have to ask.

import type { Kind } from '#core/base/names.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { readCurrent } from './configuration.ts';
import { type Planned, planUpload } from './plan-upload.ts';
import { refuse, type Upcoming, type ValidateOutcome } from './refuse.ts';
import { missingUnits, type SendDeps, unitMessages } from './send.ts';
import { SupersededError } from './source.ts';
import { readWaivers } from './waivers.ts';

type Units = { readonly uploadId: string; readonly kind: Kind; readonly messages: readonly UnitMessage[] };

/** What becomes of each, in their order. One that cannot be planned fails alone; a queue that fails fails those that go there. */
export function planTogether(deps: SendDeps, all: readonly Upcoming[]): readonly Promise<ValidateOutcome>[] {
  // Read after the events came, so no older than what lay there when their objects were dropped.
  const inForce = byDataset((dataset) => readCurrent(deps.data, dataset));
  const plans = all.map((upcoming) => plan(deps, upcoming, inForce));
  const written = Promise.allSettled(plans);
  // Read after every plan is written: whoever moves the pointer from here on finds the plans and sends their units.
  const current = byDataset(async (dataset) => {
    await written;
    return readCurrent(deps.data, dataset);
  });
  const units = plans.map(async (one, place): Promise<Units | ValidateOutcome> => {
    const planned = await one;
    if ('state' in planned) return planned;
    const { dataset, uploadId, source } = all[place] as Upcoming;
    const config = await current(dataset);
    if (!config)
      throw new Error(`The configuration of ${dataset} was deleted while ${source.versionId} was being planned.`);
    const { upload, first } = planned;
    const messages = first
      ? unitMessages(upload, config, () => [])
      : await missingUnits(deps.data, upload, config, await readWaivers(deps.data, dataset));
    return { uploadId, kind: config.config.kind, messages };
  });
  const sending = Promise.allSettled(units).then((settled) => {
    const known = settled.flatMap((one) => (one.status === 'fulfilled' && 'messages' in one.value ? [one.value] : []));
    const byKind = Map.groupBy(known, ({ kind }) => kind);
    return new Map([...byKind].map(([kind, some]) => [kind, sendSome(deps, kind, some)] as const));
  });
  return units.map(async (one): Promise<ValidateOutcome> => {
    const known = await one;
    if ('state' in known) return known;
    const { uploadId, kind, messages } = known;
    if (messages.length > 0) await (await sending).get(kind);
    return { state: 'planned', uploadId, units: messages.length };
  });
}

async function plan(
  deps: SendDeps,
  upcoming: Upcoming,
  inForce: Parameters<typeof planUpload>[0]['inForce'],
): Promise<Planned | ValidateOutcome> {
  try {
    const planned = await planUpload({ ...deps, inForce }, upcoming);
    return 'code' in planned ? await refuse(deps, upcoming, [planned]) : planned;
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    return refuse(deps, upcoming, [{ code: 'upload.superseded', place: {} }]);
  }
}

async function sendSome({ send }: SendDeps, kind: Kind, some: readonly Units[]): Promise<void> {
  const messages = some.flatMap((one) => one.messages);
  if (messages.length > 0) await send(kind, messages);
}

/** Asks once for each dataset. */
function byDataset<T>(ask: (dataset: string) => Promise<T>): (dataset: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (dataset) => {
    const answer = asked.get(dataset) ?? ask(dataset);
    asked.set(dataset, answer);
    return answer;
  };
}
