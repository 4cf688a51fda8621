// Runs every five minutes: repeats lost events, merges many small files, and starts trainings that are due.

import { hashOf } from '#core/base/hash.ts';
import { CurrentConfig } from '#core/ingest/current-config.ts';
import { readDetails, takeInventory } from '#core/ingest/inventory.ts';
import type { ObjectEvent } from '#core/ingest/messages.ts';
import { readRollup } from '#core/ingest/rollup.ts';
import type { TickNotes } from '#core/ingest/rollup-messages.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { automaticStart } from './automatic.ts';
import { type Due, dueDatasets } from './datasets.ts';
import { repeatEvents } from './repeat-events.ts';
import { rollUp } from './roll-up.ts';

const UNFINISHED = 'unfinished';
/** Until the first start has become a run that can be seen. */
const BETWEEN_STARTS_MS = 30 * 60_000;

export type TickDeps = {
  readonly drop: Store;
  readonly data: Store;
  /** Puts events on the queue of validate: all of them, or it throws. */
  readonly send: (events: readonly ObjectEvent[]) => Promise<void>;
  /** Returns how many messages wait in the queues of the ingest or are being worked on. */
  readonly backlog: () => Promise<number>;
  /** Starts assemble; an execution of that name that there is or was is no error. */
  readonly start: (name: string, request: AssembleRequest) => Promise<void>;
  readonly now: () => number;
  /** Returns false if work that starts now may not end before the function is stopped. */
  readonly hasTime: () => boolean;
};
export type TickOutcome = { datasets: number; repeated: number; rolledUp: number; started: number };

/** Processes every dataset that is due. Errors of one dataset do not stop the others; they are thrown at the end as an AggregateError. */
export async function tick(deps: TickDeps): Promise<TickOutcome> {
  const outcome: TickOutcome = { datasets: 0, repeated: 0, rolledUp: 0, started: 0 };
  const failures: unknown[] = [];
  for (const due of await dueDatasets(deps.drop, deps.data, deps.now())) {
    if (!deps.hasTime()) break;
    try {
      const passed = await passOver(deps, due);
      outcome.datasets++;
      outcome.repeated += passed.repeated;
      outcome.rolledUp += passed.rolledUp;
      outcome.started += passed.started;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `tick failed for ${failures.length} datasets`);
  return outcome;
}

async function passOver(deps: TickDeps, { dataset, notes }: Due): Promise<Omit<TickOutcome, 'datasets'>> {
  const { drop, data } = deps;
  const nowMs = deps.now();
  const current = (await readJson(data, keys.currentConfig(dataset), CurrentConfig))?.value;
  const inventory = await takeInventory(drop, data, dataset, current?.configId);
  const repeated = await repeatEvents(deps, inventory, notes);

  const state = hashOf({
    current,
    uploads: inventory.uploads.map(({ uploadId, state, verdictKeys }) => [uploadId, state, verdictKeys.length]),
  });
  const changed = state !== notes?.state;
  let rolledUp = 0;
  let started = notes?.started ?? null;
  if (current && (changed || current.config.gate.auto)) {
    const before = await readRollup(data, dataset, current.configId);
    rolledUp = await rollUp({ data, hasTime: deps.hasTime, now: deps.now }, inventory, before, current.config);
    if (current.config.gate.auto) {
      const details = await readDetails(data, inventory, rolledUp === 0 ? before : undefined);
      const wanted = await automaticStart(data, inventory, details, current.config, nowMs);
      const isEarly = started !== null && nowMs - Date.parse(started.at) < BETWEEN_STARTS_MS;
      if (wanted && wanted.name !== started?.name && !isEarly) {
        await deps.start(wanted.name, wanted.request);
        started = { name: wanted.name, at: new Date(nowMs).toISOString() };
      }
    }
  }
  const quietPasses = changed || repeated.notes.repeating ? 0 : (notes?.quietPasses ?? 0) + 1;
  const passed: TickNotes = {
    schemaVersion: 1,
    passedAt: new Date(nowMs).toISOString(),
    // Work without time left is still to be done, so the next call must not skip it.
    state: deps.hasTime() ? state : UNFINISHED,
    quietPasses,
    started,
    ...repeated.notes,
  };
  await writeJson(data, keys.tickNotes(dataset), passed);
  return { repeated: repeated.count, rolledUp, started: started?.name === notes?.started?.name ? 0 : 1 };
}
