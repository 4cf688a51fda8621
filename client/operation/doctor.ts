// Looks for problems of a deployment: dead letters, uploads without a verdict, runs that nobody works on, a tick that does not run, quotas
// that are too low.
import { duration, plural } from '#core/base/format.ts';
import { takeInventory } from '#core/ingest/inventory.ts';
import { TickNotes } from '#core/ingest/rollup-messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { listDatasets } from '../datasets/list-datasets.ts';
import { readConfig } from '../datasets/read-status.ts';
import type { Deployment } from '../deployment.ts';
import { latestRun } from '../training/run-facts.ts';
import { accountFindings } from './account-findings.ts';
import type { DoctorFinding, DoctorOutput, RedriveOutput } from './output.ts';
import type { QueueDepth } from './queues.ts';

/** Longer than all retries of a message take. */
const PENDING_MS = 60 * 60_000;
/** The lease of a run is renewed every few seconds; a reclaimed spot host is replaced within this time. */
const UNHELD_MS = 30 * 60_000;
/** tick looks at every dataset at least half-hourly. */
const TICK_MS = 2 * 60 * 60_000;
const KEYS_NAMED = 3;
/** Problems first, then unknown facts. */
const ORDER: readonly DoctorFinding['ok'][] = [false, null, true];

/** Returns what was looked at, problems first, then what could not be found out. */
export async function doctor({ deployment, clock }: Context): Promise<DoctorOutput> {
  const nowMs = clock.now();
  const datasets = await listDatasets(deployment);
  const findings = [
    ...(await queueFindings(deployment)),
    ...(await Promise.all(datasets.map((dataset) => datasetFindings(deployment, dataset, nowMs)))).flat(),
    ...(await accountFindings(deployment.account)),
  ].sort((a, b) => ORDER.indexOf(a.ok) - ORDER.indexOf(b.ok));
  return { findings, problems: findings.filter(({ ok }) => ok === false).length };
}

/** Moves the dead letters of the queues back to be tried again; without names, those of every queue. */
export async function redrive({ deployment }: Context, names: readonly QueueDepth['name'][]): Promise<RedriveOutput> {
  const depths = await deployment.queues.depths();
  const queues: RedriveOutput['queues'] = [];
  for (const { name, dead } of depths)
    if (names.length === 0 ? dead > 0 : names.includes(name))
      queues.push({ name, moved: await deployment.queues.redrive(name) });
  return { queues };
}

async function queueFindings({ queues }: Pick<Deployment, 'queues'>): Promise<DoctorFinding[]> {
  const depths = await queues.depths();
  return Promise.all(
    depths.map(async ({ name, waiting, inWork, dead }): Promise<DoctorFinding> => {
      const subject = `queue ${name}`;
      if (dead > 0) {
        const named = (await queues.deadLetters(name)).map(keyIn).filter((key) => key !== undefined);
        const examples = named.length > 0 ? `, among them ${named.slice(0, KEYS_NAMED).join(', ')}` : '';
        const next = `Find the cause in the log of ${name} (docs/runbook.md, dead-letters) and remove it, then: goldpan redrive ${name}`;
        return { subject, ok: false, sentence: `${plural(dead, 'message')} failed too often${examples}.`, next };
      }
      if (name === 'training' && waiting > 0 && inWork === 0) {
        const next = 'Start a worker: goldpan worker';
        return { subject, ok: false, sentence: `${plural(waiting, 'job')} and no worker that takes one.`, next };
      }
      return { subject, ok: true, sentence: `${waiting} waiting, ${inWork} in work, no dead letters.`, next: null };
    }),
  );
}

async function datasetFindings(deployment: Deployment, dataset: string, nowMs: number): Promise<DoctorFinding[]> {
  const { drop, data } = deployment;
  const subject = `dataset ${dataset}`;
  const [config, notes, run] = await Promise.all([
    readConfig(data, dataset),
    readJson(data, keys.tickNotes(dataset), TickNotes),
    latestRun(data, dataset),
  ]);
  const { uploads } = await takeInventory(drop, data, dataset, config?.configId);
  const pending = uploads.filter(({ state }) => state === 'pending');
  const stuck = pending.filter(({ object }) => nowMs - object.modifiedAt.getTime() > PENDING_MS);
  const problems: DoctorFinding[] = [];
  const problem = (sentence: string, next: string) => problems.push({ subject, ok: false, sentence, next });
  if (stuck.length > 0)
    problem(
      `${plural(stuck.length, 'upload')} without a verdict for more than an hour, for example ${stuck[0]?.key}.`,
      'Look at the dead letters and the backlog of the queues above; a deployment that is healthy tries them again by itself.',
    );
  const tickAgeMs = notes ? nowMs - Date.parse(notes.value.passedAt) : 0;
  if (tickAgeMs > TICK_MS)
    problem(
      `The function tick has not looked at it for ${duration(tickAgeMs)}.`,
      'See the alarm function-errors in docs/runbook.md.',
    );
  const unheldMs = run?.head && !run.outcome ? nowMs - Date.parse(run.head.leaseUntil) : 0;
  if (run && unheldMs > UNHELD_MS)
    problem(
      `The run ${run.runId} is not over, and nothing has worked on it for ${duration(unheldMs)}.`,
      `Continue it: goldpan runs resume ${dataset} ${run.runId}`,
    );
  if (problems.length > 0) return problems;
  const sentence = `${plural(uploads.length, 'upload')}, ${pending.length} pending.`;
  return [{ subject, ok: true, sentence, next: null }];
}

/** The object that a message is about: an event of the drop bucket, or a unit. */
function keyIn(body: string): string | undefined {
  try {
    const message = JSON.parse(body) as { source?: { key?: string }; detail?: { object?: { key?: string } } } | null;
    return message?.source?.key ?? message?.detail?.object?.key;
  } catch {
    return undefined;
  }
}
