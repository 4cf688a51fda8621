// The background exports of a dataset: how far each is, and how one is stopped.
import { ExportManifest, ExportPlan } from '#core/model/messages/draw-export.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { checkedDataset } from '../../datasets/checked-dataset.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { ClientFailure } from '../../failure.ts';
import type { Execution, Machine } from '../../machine.ts';
import { listFolders } from '../../training/run-facts.ts';
import { attemptName, countShards, MOST_ATTEMPTS } from './follow-export.ts';
import type { ExportList, ExportState } from './output.ts';

type Attempt = { readonly name: string; readonly execution: Execution };

/** Newest first. */
export async function listExports(context: Context, givenDataset: string): Promise<ExportList> {
  const dataset = checkedDataset(givenDataset);
  const ids = await listFolders(context.deployment.data, keys.exports(dataset), 'plan.json');
  const exports: ExportState[] = [];
  for (const exportId of ids) {
    const state = await stateOf(context, dataset, exportId);
    if (state) exports.push(state);
  }
  return { dataset, exports };
}

/** Stops an export and keeps its finished shards. Throws ClientFailure if no export has the id, or if it has ended. */
export async function stopExport(context: Context, givenDataset: string, exportId: string): Promise<ExportList> {
  const { draw, data } = context.deployment;
  const { dataset, exports } = await listExports(context, givenDataset);
  const found = exports.find((one) => one.exportId === exportId);
  if (!found)
    throw new ClientFailure(`The dataset ${dataset} has no export ${exportId}.`, {
      next:
        didYouMean(
          exportId,
          exports.map((one) => one.exportId),
        ) ?? `List them: goldpan exports ${dataset}`,
    });
  const attempt = await newestAttempt(draw, exportId);
  if (attempt?.execution.status !== 'RUNNING')
    throw new ClientFailure(`Export ${exportId} is not running: it is ${found.state}.`);
  await data.put(keys.stopRequest(dataset, exportId), '{"schemaVersion":1}');
  await draw.stop(attempt.name);
  return { dataset, exports: [{ ...found, state: 'stopped' }] };
}

async function stateOf({ deployment }: Context, dataset: string, exportId: string): Promise<ExportState | undefined> {
  const { data, draw } = deployment;
  const plan = (await readJson(data, keys.exportPlan(dataset, exportId), ExportPlan))?.value;
  if (!plan) return undefined;
  const { modelId, seed, n, type } = plan;
  const shards = await countShards(data, dataset, exportId);
  const isDone = (await readJson(data, keys.exportManifest(dataset, exportId), ExportManifest)) !== undefined;
  const status = isDone ? 'SUCCEEDED' : (await newestAttempt(draw, exportId))?.execution.status;
  const state =
    ({ SUCCEEDED: 'done', RUNNING: 'running', ABORTED: 'stopped' } as const)[status as 'RUNNING'] ?? 'failed';
  return { exportId, modelId, seed, n, type, state, shards };
}

async function newestAttempt(machine: Machine, exportId: string): Promise<Attempt | undefined> {
  let newest: Attempt | undefined;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const name = attemptName(exportId, attempt);
    const execution = await machine.describe(name);
    if (!execution) break;
    newest = { name, execution };
  }
  return newest;
}
