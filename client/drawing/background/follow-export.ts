// Starts a background export, or goes on with it where it was, and follows it to its manifest.
import { ExportFailure, ExportManifest, ExportPlan, type ExportRequest } from '#core/model/messages/draw-export.ts';
import { exportIdOf } from '#core/model/messages/export-id.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Context } from '../../context.ts';
import { ClientFailure } from '../../failure.ts';
import type { Machine } from '../../machine.ts';

const POLL_MS = 1_000;
/** After this many failures another attempt does not help. */
export const MOST_ATTEMPTS = 20;

/** Shards that were drawn stay, whatever ends an attempt: the next one draws the others. Throws ClientFailure where it cannot be drawn. */
export async function followExport(context: Context, request: ExportRequest): Promise<ExportManifest> {
  const { deployment, notify, clock } = context;
  const { dataset } = request;
  const exportId = exportIdOf(request);
  const known = await readManifest(deployment.data, dataset, exportId);
  if (known) return known;
  await deployment.data.delete(keys.stopRequest(dataset, exportId));
  const name = await startAttempt(deployment.draw, exportId, { request });
  for (;;) {
    const execution = await deployment.draw.describe(name);
    const { done, total } = await countShards(deployment.data, dataset, exportId);
    notify({ type: 'progress', activity: 'draw', done, total });
    if (execution && execution.status !== 'RUNNING') {
      notify({ type: 'finished', activity: 'draw' });
      if (execution.status === 'SUCCEEDED') break;
      throw await failureOf(context, request, execution.status, execution.cause);
    }
    await clock.sleep(POLL_MS);
  }
  const manifest = await readManifest(deployment.data, dataset, exportId);
  if (manifest) return manifest;
  throw new ClientFailure(`Export ${exportId} ended without a manifest.`, { next: 'Run the command again.' });
}

/** Returns the name of the execution that runs, or of one that was started. */
async function startAttempt(machine: Machine, exportId: string, input: unknown): Promise<string> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const name = attemptName(exportId, attempt);
    if ((await machine.start(name, input)) === 'started') return name;
    if ((await machine.describe(name))?.status === 'RUNNING') return name;
  }
  throw new ClientFailure(`Export ${exportId} has failed ${MOST_ATTEMPTS} times.`, {
    next: 'Use another --seed, or look at the log of the function draw.',
  });
}

export function attemptName(exportId: string, attempt: number): string {
  return `${exportId}-${attempt}`;
}

async function failureOf(
  { deployment }: Context,
  request: ExportRequest,
  status: string,
  cause: string | undefined,
): Promise<ClientFailure> {
  const { dataset } = request;
  const exportId = exportIdOf(request);
  if (status === 'ABORTED')
    return new ClientFailure(`Export ${exportId} was stopped.`, { next: 'Run the command again: it goes on.' });
  const failure = (await readJson(deployment.data, keys.exportFailure(dataset, exportId), ExportFailure))?.value;
  if (failure) return new ClientFailure(`${failure.code}: ${failure.detail}`);
  return new ClientFailure(`Export ${exportId} failed: ${(cause ?? status).slice(0, 500)}`, {
    next: 'Run the command again: it goes on with the shards that are missing.',
  });
}

async function readManifest(data: Store, dataset: string, exportId: string): Promise<ExportManifest | undefined> {
  return (await readJson(data, keys.exportManifest(dataset, exportId), ExportManifest))?.value;
}

export async function countShards(
  data: Store,
  dataset: string,
  exportId: string,
): Promise<{ done: number; total: number }> {
  const plan = (await readJson(data, keys.exportPlan(dataset, exportId), ExportPlan))?.value;
  if (!plan) return { done: 0, total: 0 };
  let done = 0;
  for await (const _ of data.list(keys.exportReceipts(dataset, exportId))) done++;
  return { done, total: plan.shards };
}
