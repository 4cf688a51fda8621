// Uploads dataset.yaml before everything else, so that the other files are cleaned by it.
import { readFileSync } from 'node:fs';
import { UploadRefusal } from '#core/ingest/messages.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { describeIssue } from '#core/kinds/issues.ts';
import { readJson } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, keys, uploadIdOf } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { readConfig } from '../datasets/read-status.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ClientFailure } from '../failure.ts';
import { announceCleaning } from './announce-cleaning.ts';
import type { Collected } from './collect.ts';
import { configNames } from './config-names.ts';
import { proposeConfig } from './propose-config.ts';
import { isThere } from './upload-files.ts';

const POLL_MS = 250;
const TIMEOUT_MS = 120_000;

/** Uploads the given dataset.yaml, or one inferred for a new dataset, and waits until it is in force. */
export async function dropConfig(
  context: Context,
  dataset: string,
  { drops, configPath }: Pick<Collected, 'drops' | 'configPath'>,
): Promise<'sent' | 'unchanged' | 'none'> {
  const { deployment, notify } = context;
  const key = dropKey(dataset, CONFIG_FILE);
  if (configPath !== undefined) {
    const text = readFileSync(configPath, 'utf8');
    const parsed = parseDatasetFile(text);
    if (!parsed.ok) throw badConfig(configPath, parsed.issues);
    if (await isThere(deployment.drop, key, text)) return 'unchanged';
    const before = await readConfig(deployment.data, dataset);
    await deployment.drop.put(key, text);
    // A file that leaves the image size open is in force only once an upload has settled it.
    const complete = effectiveConfig(parsed.value, undefined) ?? (await readConfig(deployment.data, dataset));
    if (complete) await waitUntilInForce(context, dataset);
    const after = before && (await readConfig(deployment.data, dataset));
    if (before && after) await announceCleaning(context, dataset, before, after);
    return 'sent';
  }
  const known = (await deployment.drop.head(key)) ?? (await readConfig(deployment.data, dataset));
  const proposed = known ? undefined : await proposeConfig(drops);
  if (proposed === undefined) return known ? 'unchanged' : 'none';
  notify({ type: 'config-inferred', dataset, yaml: proposed });
  await deployment.drop.put(key, proposed, { when: 'absent' });
  await waitUntilInForce(context, dataset);
  return 'sent';
}

/** Resolves once the newest dataset.yaml is in force. Throws ClientFailure when it was refused, or not read in time. */
export async function waitUntilInForce({ deployment, clock }: Context, dataset: string): Promise<void> {
  const key = dropKey(dataset, CONFIG_FILE);
  const startedAt = clock.now();
  while (clock.now() - startedAt < TIMEOUT_MS) {
    const versionId = (await deployment.drop.head(key))?.versionId ?? 'null';
    if ((await readConfig(deployment.data, dataset))?.versionId === versionId) return;
    const refusedKey = keys.refused(dataset, uploadIdOf(deployment.drop.bucket, key, versionId));
    const refusal = await readJson(deployment.data, refusedKey, UploadRefusal);
    if (refusal) throw badConfig(CONFIG_FILE, refusal.value.issues);
    await clock.sleep(POLL_MS);
  }
  throw new ClientFailure(`${CONFIG_FILE} was uploaded, but no function has read it for ${TIMEOUT_MS / 1000} s.`, {
    next: 'Check the deployment: `goldpan local status`; on AWS, the validate function and its dead-letter queue.',
  });
}

export function badConfig(path: string, issues: readonly Issue[]): ClientFailure {
  return new ClientFailure(`${path} is not valid:\n${issues.map(lineOf).join('\n')}`, {
    next: 'Correct it and run the command again; docs/pipeline.md lists every key. Nothing was uploaded.',
  });
}

function lineOf(issue: Issue): string {
  const line = `  ${issue.code}: ${describeIssue(issue)}`;
  const suggestion = issue.code === 'config.unknown-key' ? didYouMean(issue.given ?? '', configNames()) : undefined;
  return suggestion === undefined ? line : `${line} ${suggestion}`;
}
