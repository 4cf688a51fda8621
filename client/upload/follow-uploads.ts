// Waits until every unit of the given uploads has its verdict.
import { duration, plural } from '#core/base/format.ts';
import { type Dropped, type Inventory, listDropped, takeInventory } from '#core/ingest/inventory.ts';
import { isPlannedUnit, parseVerdictKey } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { readConfig } from '../datasets/read-status.ts';
import { ClientFailure } from '../failure.ts';
import { countDeadLetters, deadLetterSentence } from './dead-letters.ts';

const POLL_MS = 500;
/** Largest share of the time spent polling while no pace is known: listings of large datasets are slow and cost money. */
const POLL_SHARE = 0.25;
/** Smallest share of the time spent polling: the next poll comes when all should be done at the pace so far, or sooner to show progress. */
const LEAST_SHARE = 0.05;
const QUIET_MS = 60_000;

export type FollowOptions = {
  /** Number of files in the object of each key, for the progress. */
  readonly files: ReadonlyMap<string, number>;
  readonly activity: 'clean' | 'clean-again';
  /** Without a new verdict for this long, throws. */
  readonly timeoutMs: number;
};

/** `inventory`: of the given keys; `whole`: of the whole dataset. */
export type Followed = { readonly inventory: Inventory; readonly whole: Inventory };

/** Resolves when no given key is pending. Throws ClientFailure after `timeoutMs` without a new verdict. */
export async function followUploads(
  { deployment, clock, notify }: Context,
  dataset: string,
  { files, activity, timeoutMs }: FollowOptions,
): Promise<Followed> {
  const total = [...files.values()].reduce((sum, count) => sum + count, 0);
  let dropped: readonly Dropped[] | undefined;
  let began: { readonly atMs: number; readonly done: number } | undefined;
  let before = -1;
  let movedAt = clock.now();
  let warned = false;
  for (;;) {
    const startedAt = clock.now();
    const fresh = dropped === undefined;
    dropped ??= await listDropped(deployment.drop, dataset);
    const config = await readConfig(deployment.data, dataset);
    const whole = await takeInventory(deployment.drop, deployment.data, dataset, config?.configId, dropped);
    const inventory = { ...whole, uploads: whole.uploads.filter(({ key }) => files.has(key)) };
    const done = inventory.uploads.reduce((sum, upload) => sum + filesDone(upload, files.get(upload.key) ?? 1), 0);
    notify({ type: 'progress', activity, done, total });
    const pending = inventory.uploads.filter(({ state }) => state === 'pending').length;
    if (pending === 0 && fresh) {
      notify({ type: 'finished', activity });
      return { inventory, whole };
    }

    const moved = done !== before;
    // The bucket is listed again when all uploads have verdicts, and when nothing changes, because its content may have changed.
    if (pending === 0 || !moved) dropped = undefined;
    if (pending === 0) continue;
    if (moved) [before, movedAt, warned] = [done, clock.now(), false];
    const quietMs = clock.now() - movedAt;
    if (quietMs >= timeoutMs) {
      throw new ClientFailure(`No new verdict for ${duration(quietMs)}; ${plural(pending, 'upload')} still pending.`, {
        next: `${deadLetterSentence(await countDeadLetters(deployment))} Nothing is lost: \`goldpan status ${dataset}\` shows the verdicts when they arrive.`,
      });
    }
    if (quietMs >= QUIET_MS && !warned) {
      warned = true;
      notify({ type: 'stalled', quietMs, deadLetters: await countDeadLetters(deployment) });
    }
    began ??= { atMs: startedAt, done };
    const tookMs = clock.now() - startedAt;
    const msEach = (startedAt - began.atMs) / (done - began.done);
    const leftMs = moved && done > began.done ? msEach * (total - done) : tookMs / POLL_SHARE;
    await clock.sleep(Math.max(POLL_MS, tookMs, Math.min(leftMs, tookMs / LEAST_SHARE)));
  }
}

/** Returns the files of units with a verdict, as far as the names of the verdicts say how many units there are. */
function filesDone({ state, verdictKeys }: Inventory['uploads'][number], files: number): number {
  if (state !== 'pending') return files;
  const verdicts = verdictKeys.flatMap((key) => parseVerdictKey(key) ?? []);
  const done = verdicts.filter(({ unit }) => isPlannedUnit(unit)).length;
  return verdicts[0] ? Math.floor((files * done) / verdicts[0].unitCount) : 0;
}
