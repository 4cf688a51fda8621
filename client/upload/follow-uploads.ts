// Waits until each unit of what was dropped has its verdict.
import { duration } from '#core/base/format.ts';
import { type Census, type Dropped, listDropped, takeCensus } from '#core/ingest/inventory.ts';
import { parseVerdictKey } from '#core/store/keys.ts';
import { plural } from '../../cli/terminal/format.ts';
import type { Progress } from '../../cli/terminal/progress.ts';
import type { Context } from '../context.ts';
import { readConfig } from '../datasets/read-status.ts';
import { CommandFailure } from '../failure.ts';

const POLL_MS = 500;
/** Polling takes at most this share of the time where nothing tells how long it will be: listings of large datasets are slow and cost money. */
const POLL_SHARE = 0.25;
/** At the pace so far the next look comes when all should be there, but then and when to show how far it is. */
const LEAST_SHARE = 0.05;
const QUIET_MS = 60_000;

export type FollowOptions = {
  /** Files behind each key, to weigh the progress with. */
  readonly files: ReadonlyMap<string, number>;
  readonly progress: Progress;
  /** Without any new verdict for so long, it is given up. */
  readonly timeoutMs: number;
};

/** `whole`: of all that lies there. */
export type Followed = { readonly census: Census; readonly whole: Census };

/** The census of the given keys once none is pending. Throws CommandFailure when nothing moves any more. */
export async function followUploads(
  { cloud, clock, terminal }: Context,
  dataset: string,
  { files, progress, timeoutMs }: FollowOptions,
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
    dropped ??= await listDropped(cloud.drop, dataset);
    const config = await readConfig(cloud.data, dataset);
    const whole = await takeCensus(cloud.drop, cloud.data, dataset, config?.configId, dropped);
    const census = { ...whole, uploads: whole.uploads.filter(({ key }) => files.has(key)) };
    const done = census.uploads.reduce((sum, upload) => sum + filesDone(upload, files.get(upload.key) ?? 1), 0);
    progress.update(done, total);
    const pending = census.uploads.filter(({ state }) => state === 'pending').length;
    if (pending === 0 && fresh) return { census, whole };

    const moved = done !== before;
    // What lies there is listed once more when all of it has its verdict, and where nothing moves: it may have changed.
    if (pending === 0 || !moved) dropped = undefined;
    if (pending === 0) continue;
    if (moved) [before, movedAt, warned] = [done, clock.now(), false];
    const quietMs = clock.now() - movedAt;
    if (quietMs >= timeoutMs) {
      throw new CommandFailure(`No new verdict for ${duration(quietMs)}; ${plural(pending, 'upload')} still pending.`, {
        next: `${await deadLetterHint({ cloud })} Nothing is lost: \`goldpan status ${dataset}\` shows when they arrive.`,
      });
    }
    if (quietMs >= QUIET_MS && !warned) {
      warned = true;
      terminal.say(`No new verdict for ${duration(quietMs)}. ${await deadLetterHint({ cloud })} Still waiting.`);
    }
    began ??= { atMs: startedAt, done };
    const tookMs = clock.now() - startedAt;
    const msEach = (startedAt - began.atMs) / (done - began.done);
    const leftMs = moved && done > began.done ? msEach * (total - done) : tookMs / POLL_SHARE;
    await clock.sleep(Math.max(POLL_MS, tookMs, Math.min(leftMs, tookMs / LEAST_SHARE)));
  }
}

export async function deadLetterHint({ cloud }: Pick<Context, 'cloud'>): Promise<string> {
  const messages = await cloud.deadLetters();
  if (messages === 0) return 'The dead-letter queues are empty: the functions are slow or do not run.';
  return `${plural(messages, 'message')} in the dead-letter queues: see docs/runbook.md.`;
}

/** Files of the units that have a verdict, as far as the verdicts' names tell how many units there are. */
function filesDone({ state, verdictKeys }: Census['uploads'][number], files: number): number {
  if (state !== 'pending') return files;
  const units = parseVerdictKey(verdictKeys[0] ?? '')?.unitCount;
  return units === undefined ? 0 : Math.floor((files * verdictKeys.length) / units);
}
