// Indexes a dataset that is too large for a function, in a process of its own, and answers the state machine with its result.
import * as z from 'zod';
import { Indexed, IndexJob } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { holdMessage } from './held-message.ts';
import type { QueuedJob } from './job-queue.ts';
import { keepHidden } from './keep-hidden.ts';
import type { WorkerOutput } from './output.ts';
import { MOST_KILLS, type WorkerDeps } from './worker-deps.ts';

/**
 * The message that assemble sends; a training has `job` instead of `index`. `kills`: number of indexers of this job that were killed from
 * outside so far.
 */
export const IndexMessage = z.strictObject({
  taskToken: z.string(),
  index: IndexJob,
  kills: z.int().min(0).default(0),
});
export type IndexMessage = z.infer<typeof IndexMessage>;

/** Returns undefined when the execution no longer waits. */
export async function handleIndexMessage(
  deps: WorkerDeps,
  { taskToken, index, kills }: IndexMessage,
  queued: QueuedJob,
  hiddenSeconds: number,
): Promise<WorkerOutput['jobs'][number] | undefined> {
  const { callbacks, data, notify, stopping } = deps;
  const { snapshotId } = index;
  const { dataset } = index.request;
  const message = holdMessage(deps.queue, deps.clock, queued, hiddenSeconds);
  const ended = (status: string) => ({ runId: snapshotId, status });
  if ((await callbacks.beat(taskToken)) === 'gone') {
    await message.delete();
    notify({ type: 'index-unwanted', snapshotId });
    return undefined;
  }
  notify({ type: 'index-started', dataset, snapshotId });
  const indexer = deps.startIndexer(index);
  const hidden = keepHidden(deps, { taskToken, hiddenSeconds, extend: message.extend }, () => indexer.stop());
  const { ending, error } = await indexer.exit;
  hidden.end();
  const answer = ending === 'done' ? await readJson(data, keys.indexed(dataset, snapshotId), Indexed) : undefined;
  if (answer) {
    await callbacks.succeed(taskToken, answer.value);
    await message.delete();
    notify({ type: 'index-ended', snapshotId, shards: answer.value.shards });
    return ended('indexed');
  }
  if (hidden.isOrphaned()) {
    await message.delete();
    notify({ type: 'index-unwanted', snapshotId });
    return ended('orphaned');
  }
  const killed = ending === 'killed' && !stopping.aborted;
  if (stopping.aborted || ending === 'interrupted' || (killed && kills + 1 < MOST_KILLS)) {
    await message.giveBack(0, JSON.stringify({ taskToken, index, kills: kills + Number(killed) }));
    notify({ type: 'index-interrupted', snapshotId });
    return ended('interrupted');
  }
  const { name, message: reason } = killed ? KILLED : error;
  await callbacks.fail(taskToken, name, reason);
  await message.delete();
  notify({ type: 'index-failed', snapshotId, error: name, reason });
  return ended('failed');
}

const KILLED = {
  name: 'IndexerKilled',
  message: `The indexer was killed ${MOST_KILLS} times by the system, probably for lack of memory. Run goldpan worker on a machine with more memory, or split the dataset.`,
};
