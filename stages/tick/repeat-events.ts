// Sends stuck events again, a limited number in each call, and stores its position, so that an interrupted call repeats little.
import type { Inventory } from '#core/ingest/inventory.ts';
import type { TickNotes } from '#core/ingest/rollup-messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { eventsToRepeat } from './redrive.ts';
import type { TickDeps } from './stage.ts';

/** More would take a call longer than it has, at about 10 ms for ten events. */
const EVENTS_A_LOOK = 20_000;
/** Maximum events that are sent twice if a call is interrupted. */
const EVENTS_A_STEP = 1_000;
/** With more waiting messages than this, pending uploads are probably among them, so nothing is sent again. */
const MOST_BACKLOG = 1_000;

type Progress = Pick<TickNotes, 'repeating' | 'repeatedUntilMs'>;
export type RepeatedEvents = { readonly count: number; readonly notes: Progress };
export type RepeatLimits = { readonly eventsALook?: number; readonly eventsAStep?: number };

/**
 * Sends the events of pending uploads in the order of their keys, from the position of the last call. Sends nothing while there is a
 * backlog; due events stay due.
 */
export async function repeatEvents(
  { drop, data, send, backlog, now, hasTime }: TickDeps,
  inventory: Inventory,
  notes: TickNotes | undefined,
  { eventsALook = EVENTS_A_LOOK, eventsAStep = EVENTS_A_STEP }: RepeatLimits = {},
): Promise<RepeatedEvents> {
  const nowMs = now();
  const before = notes?.repeatedUntilMs ?? (notes ? Date.parse(notes.passedAt) : 0);
  let repeating = notes?.repeating ?? { fromMs: before, untilMs: nowMs, afterKey: '' };
  const { fromMs, untilMs, afterKey } = repeating;
  const due = (await eventsToRepeat({ drop, data }, inventory, { fromMs, toMs: untilMs })).filter(
    ({ detail }) => detail.object.key > afterKey,
  );
  const done: Progress = { repeating: undefined, repeatedUntilMs: untilMs };
  if (due.length === 0) return { count: 0, notes: done };
  // If nothing was sent yet, the next call includes the events that become due by then.
  if ((await backlog()) > MOST_BACKLOG)
    return { count: 0, notes: { repeating: notes?.repeating, repeatedUntilMs: before } };
  let count = 0;
  for (const most = Math.min(due.length, eventsALook); count < most && hasTime(); ) {
    const step = due.slice(count, Math.min(count + eventsAStep, most));
    await send(step);
    count += step.length;
    repeating = { fromMs, untilMs, afterKey: step.at(-1)?.detail.object.key ?? afterKey };
    if (count < due.length) {
      const kept = notes ?? { schemaVersion: 1, state: '', quietPasses: 0, started: null };
      const progress: TickNotes = {
        ...kept,
        passedAt: new Date(nowMs).toISOString(),
        repeating,
        repeatedUntilMs: before,
      };
      await writeJson(data, keys.tickNotes(inventory.dataset), progress);
    }
  }
  return { count, notes: count === due.length ? done : { repeating, repeatedUntilMs: before } };
}
