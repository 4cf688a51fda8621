// Which datasets there are: those that were dropped into, whether or not anything came of it.

import { listDatasets } from '#core/ingest/list-datasets.ts';
import { TickNotes } from '#core/ingest/rollup-messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';

import type { Store } from '#core/store/store.ts';

const PASS_MS = 5 * 60_000;
/** Maximum passes between two looks at an idle dataset, about half an hour, because each look lists all its names. */
const LONGEST_WAIT_PASSES = 6;
/** Schedules are some seconds early or late. */
const TOLERANCE_MS = 60_000;

export type Due = { readonly dataset: string; readonly notes: TickNotes | undefined };

/** Returns the datasets whose next look is due, the longest neglected first. */
export async function dueDatasets(drop: Store, data: Store, nowMs: number): Promise<Due[]> {
  const due: Due[] = [];
  for await (const dataset of listDatasets(drop)) {
    const notes = (await readJson(data, keys.tickNotes(dataset), TickNotes))?.value;
    if (isDue(notes, nowMs)) due.push({ dataset, notes });
  }
  const passedAt = ({ notes }: Due) => notes?.passedAt ?? '';
  return due.sort((a, b) => (passedAt(a) < passedAt(b) ? -1 : 1));
}

function isDue(notes: TickNotes | undefined, nowMs: number): boolean {
  if (!notes) return true;
  const passes = Math.min(2 ** notes.quietPasses, LONGEST_WAIT_PASSES);
  return Date.parse(notes.passedAt) + passes * PASS_MS - TOLERANCE_MS <= nowMs;
}
