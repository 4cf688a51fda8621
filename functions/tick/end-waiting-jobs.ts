// Ends trainings that wait for a host that never comes. AWS Batch ends such a job only if it can determine the cause, which it cannot
// if, for example, the account's vCPU quota is 0.
import { type BatchClient, DescribeJobsCommand, ListJobsCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { ENDED_WAITING } from '#core/base/aws/ended-waiting.ts';

/** Longer than Batch's own limit of 30 minutes, because the reason that Batch gives is more precise. */
const MOST_MINUTES = 40;
/** Maximum number of jobs in one call of DescribeJobs. */
const JOBS_A_CALL = 100;

export type BatchCalls = Pick<BatchClient, 'send'>;

/** Returns how many jobs were ended. Jobs that run, or have not waited for long for their next attempt, are not touched. */
export async function endWaitingJobs(client: BatchCalls, queues: readonly string[], nowMs: number): Promise<number> {
  const before = nowMs - MOST_MINUTES * 60_000;
  let ended = 0;
  for (const queue of queues) {
    const old = (await runnableJobs(client, queue)).filter(({ createdAtMs }) => createdAtMs < before);
    for (let at = 0; at < old.length; at += JOBS_A_CALL) {
      const ids = old.slice(at, at + JOBS_A_CALL).map(({ jobId }) => jobId);
      const { jobs = [] } = await client.send(new DescribeJobsCommand({ jobs: ids }));
      for (const { jobId, status, attempts = [] } of jobs) {
        const lastMs = Math.max(0, ...attempts.map(({ stoppedAt = 0 }) => stoppedAt));
        // The job may have started since it was listed.
        if (status !== 'RUNNABLE' || lastMs >= before) continue;
        const reason = `${ENDED_WAITING}: no host within ${MOST_MINUTES} minutes`;
        await client.send(new TerminateJobCommand({ jobId, reason }));
        ended++;
      }
    }
  }
  return ended;
}

async function runnableJobs(client: BatchCalls, jobQueue: string): Promise<{ jobId: string; createdAtMs: number }[]> {
  const found: { jobId: string; createdAtMs: number }[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListJobsCommand({ jobQueue, jobStatus: 'RUNNABLE', nextToken }));
    for (const { jobId = '', createdAt = 0 } of page.jobSummaryList ?? [])
      found.push({ jobId, createdAtMs: createdAt });
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
