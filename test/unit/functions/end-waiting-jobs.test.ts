import { DescribeJobsCommand, ListJobsCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { expect, test } from 'vitest';
import { ENDED_WAITING } from '#core/base/aws/ended-waiting.ts';
import { type BatchCalls, endWaitingJobs } from '../../../functions/tick/end-waiting-jobs.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

type Job = { waitsSince: number; status?: string; stopped?: number };

/** Batch with these jobs, two to a page; `jobs` by queue, times in minutes before now. */
function fakeBatch(jobs: Record<string, Record<string, Job>>) {
  const ended: (string | undefined)[][] = [];
  const all = Object.assign({}, ...Object.values(jobs)) as Record<string, Job>;
  const at = (minutes: number) => NOW - minutes * MINUTE;
  const answer = (command: unknown) => {
    if (command instanceof ListJobsCommand) {
      const { jobQueue = '', jobStatus, nextToken = '0' } = command.input;
      expect(jobStatus).toBe('RUNNABLE');
      const list = Object.entries(jobs[jobQueue] ?? {}).map(([jobId, { waitsSince }]) => ({
        jobId,
        createdAt: at(waitsSince),
      }));
      const first = Number(nextToken);
      const next = first + 2 < list.length ? { nextToken: String(first + 2) } : {};
      return { jobSummaryList: list.slice(first, first + 2), ...next };
    }
    if (command instanceof DescribeJobsCommand)
      return {
        jobs: command.input.jobs?.map((jobId) => {
          const { status = 'RUNNABLE', stopped } = all[jobId] as Job;
          return { jobId, status, attempts: stopped === undefined ? [] : [{ stoppedAt: at(stopped) }] };
        }),
      };
    if (!(command instanceof TerminateJobCommand)) throw new Error('another command');
    ended.push([command.input.jobId, command.input.reason]);
    return {};
  };
  return { client: { send: async (command: unknown) => answer(command) } as unknown as BatchCalls, ended };
}

test('what has waited for more than 40 minutes is ended with a reason that the state machine knows, in each queue, on each page', async () => {
  const { client, ended } = fakeBatch({
    spot: { new: { waitsSince: 5 }, edge: { waitsSince: 39 }, old: { waitsSince: 41 } },
    demand: { older: { waitsSince: 600 } },
  });
  expect(await endWaitingJobs(client, ['spot', 'demand'], NOW)).toBe(2);
  expect(ended.map(([id]) => id)).toEqual(['old', 'older']);
  expect(ended[0]?.[1]).toMatch(new RegExp(`^${ENDED_WAITING}`));
});

test('a job that has started meanwhile, or whose last attempt ended a while ago only, is left alone', async () => {
  const { client, ended } = fakeBatch({
    spot: {
      started: { waitsSince: 50, status: 'STARTING' },
      again: { waitsSince: 500, stopped: 10 },
      stuck: { waitsSince: 500, stopped: 100 },
    },
  });
  expect(await endWaitingJobs(client, ['spot'], NOW)).toBe(1);
  expect(ended.map(([id]) => id)).toEqual(['stuck']);
});

test('without queues nothing is asked', async () => {
  const { client } = fakeBatch({});
  expect(await endWaitingJobs(client, [], NOW)).toBe(0);
});
