// Prints the events of a worker.
import type { WorkerEvent } from '#client/training/worker/worker-deps.ts';
import { duration, plural } from '#core/base/format.ts';
import { plainOutput } from '../terminal/plain-text.ts';

const SHOWN_CHARACTERS = 120;

export function workerSentence(given: WorkerEvent): string {
  const event = plainOutput(given);
  switch (event.type) {
    case 'idle':
      return `No job for ${duration(event.idleMs)}.`;
    case 'not-a-job':
      return `A message is not a job; the queue moves it to the dead-letter queue: ${event.body.slice(0, SHOWN_CHARACTERS)}`;
    case 'run-started':
      return `Run ${event.runId} of ${event.dataset}, attempt ${event.attempt}.`;
    case 'run-ended':
      return `Run ${event.runId} ${event.status}.`;
    case 'run-unwanted':
      return `The execution of run ${event.runId} has ended; ${event.stopped ? 'the run was stopped' : 'the job is dropped'}.`;
    case 'extension-failed':
      return `The job could not be extended: ${event.reason}`;
    case 'run-interrupted':
      return `Run ${event.runId} was interrupted; another worker resumes it from its checkpoint.`;
    case 'run-held':
      return `Run ${event.runId} is held by another worker.`;
    case 'run-failed':
      return `Run ${event.runId} failed: ${event.error}: ${event.reason}`;
    case 'index-started':
      return `Indexing snapshot ${event.snapshotId} of ${event.dataset}.`;
    case 'index-ended':
      return `Snapshot ${event.snapshotId} is indexed: ${plural(event.shards, 'shard')}.`;
    case 'index-unwanted':
      return `The execution that waits for snapshot ${event.snapshotId} has ended; the job is dropped.`;
    case 'index-interrupted':
      return `Indexing snapshot ${event.snapshotId} was interrupted; another worker starts it again.`;
    case 'index-failed':
      return `Indexing snapshot ${event.snapshotId} failed: ${event.error}: ${event.reason}`;
  }
}
