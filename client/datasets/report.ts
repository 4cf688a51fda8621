// Writes a page on the quality of a dataset.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { decideGate } from '#core/snapshot/gate.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { adviseOn } from '#core/snapshot/quality/advice.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { ClientFailure } from '../failure.ts';
import { assemble, assembleFailure } from '../training/assemble.ts';
import { datasetFingerprint } from '../training/fingerprint.ts';
import { latestQuality } from '../training/run-facts.ts';
import { checkedDataset } from './checked-dataset.ts';
import { readConfig } from './read-status.ts';
import type { ReportOutput } from './report-output.ts';

const MOST_ATTEMPTS = 5;

export type ReportOptions = { readonly out: string };

/** Seals a snapshot of the accepted items if it does not exist yet. Does not train. */
export async function report(context: Context, givenDataset: string, { out }: ReportOptions): Promise<ReportOutput> {
  const { deployment, notify } = context;
  const dataset = checkedDataset(givenDataset);
  const { quality, current } = await qualityNow(context, dataset);
  const page = await deployment.data.get(keys.qualityPage(dataset, quality.snapshotId));
  if (!page)
    throw new ClientFailure(`Snapshot ${quality.snapshotId} of ${dataset} has no page.`, {
      next: `Run goldpan report ${dataset} with a profile that may start executions.`,
    });
  if (!current) notify({ type: 'snapshot-not-newest' });
  const file = resolve(out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page.body);
  const { config } = (await readConfig(deployment.data, dataset)) ?? {};
  if (!config) throw new ClientFailure(`${dataset} has no configuration.`, { next: `goldpan status ${dataset}` });
  const { splits, byLabel, scores } = quality;
  const distinctItems = Object.values(splits).reduce((sum, items) => sum + items, 0);
  const asked = { trigger: 'report', forcedBy: null, newItems: null } as const;
  const gate = decideGate(config.gate, { distinctItems, splits, byLabel, quality: scores.total, ...asked });
  return { dataset, current, file, gate, next: adviseOn(quality, gate), quality };
}

/** Returns the quality of the accepted items, or of the newest snapshot where this user may only read. */
async function qualityNow(context: Context, dataset: string): Promise<{ quality: Quality; current: boolean }> {
  const { data } = context.deployment;
  try {
    const snapshotId = await assembleForReport(context, dataset);
    const quality = await readJson(data, keys.quality(dataset, snapshotId), Quality);
    if (quality) return { quality: quality.value, current: true };
  } catch (error) {
    if (!(error instanceof Error && /AccessDenied/.test(error.name))) throw error;
    const quality = await latestQuality(data, dataset);
    if (quality) return { quality, current: false };
  }
  throw new ClientFailure(`There is no snapshot of ${dataset} yet.`, {
    next: `Run goldpan report ${dataset} with a profile that may start executions.`,
  });
}

/** The same data and settings are the same execution: it is followed where it exists, and repeated where it failed. */
async function assembleForReport(context: Context, dataset: string): Promise<string> {
  const request: Omit<AssembleRequest, 'attempt'> = { dataset, trigger: 'report', train: {}, force: null };
  const fingerprint = await datasetFingerprint(context, request);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const { sealed } = await assemble(context, fingerprint, { ...request, attempt });
    if (sealed) return sealed.snapshotId;
  }
  throw assembleFailure(dataset, `${MOST_ATTEMPTS} attempts failed`);
}
