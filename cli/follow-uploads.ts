// Waits until each unit of what was dropped has its verdict.

import { duration } from '#core/amounts.ts';
import { type Census, takeCensus } from '#core/census.ts';
import { parseVerdictKey } from '#core/keys.ts';
import type { Context } from './context.ts';
import { readConfig } from './dataset-status.ts';
import { CommandFailure } from './failure.ts';
import { plural } from './format.ts';
import type { Progress } from './progress.ts';

const POLL_MS = 500;
/** Polling takes at most this share of the time: listings of large datasets are slow and cost money. */
const POLL_SHARE = 0.25;
const QUIET_MS = 60_000;

export type FollowOptions = {
  /** Files behind each key, to weigh the progress with. */
  readonly files: ReadonlyMap<string, number>;
  readonly progress: Progress;
  /** Without any new verdict for so long, it is given up. */
  readonly timeoutMs: number;
};

/** The census of the given keys once none is pending. Throws CommandFailure when nothing moves any more. */
export async function followUploads(
  { cloud, clock, terminal }: Context,
  dataset: string,
  { files, progress, timeoutMs }: FollowOptions,
): Promise<Census> {
  const total = [...files.values()].reduce((sum, count) => sum + count, 0);
  let before = -1;
  let movedAt = clock.now();
  let warned = false;
  for (;;) {
    const startedAt = clock.now();
    const config = await readConfig(cloud.data, dataset);
    const whole = await takeCensus(cloud.drop, cloud.data, dataset, config?.configId);
    const census = { ...whole, uploads: whole.uploads.filter(({ key }) => files.has(key)) };
    const done = census.uploads.reduce((sum, upload) => sum + filesDone(upload, files.get(upload.key) ?? 1), 0);
    progress.update(done, total);
    const pending = census.uploads.filter(({ state }) => state === 'pending').length;
    if (pending === 0) return census;

    if (done !== before) [before, movedAt, warned] = [done, clock.now(), false];
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
    await clock.sleep(Math.max(POLL_MS, (clock.now() - startedAt) / POLL_SHARE));
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
