// dataset.yaml goes first: what is dropped after it is cleaned by it.
import { readFileSync } from 'node:fs';
import { Refusal } from '#core/ingest/messages.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { describeIssue } from '#core/kinds/issues.ts';
import { readJson } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, keys, uploadIdOf } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { readConfig } from '../datasets/read-status.ts';
import { CommandFailure } from '../failure.ts';
import { announceCleaning } from './announce-cleaning.ts';
import type { Collected } from './collect.ts';
import { proposeConfig } from './propose-config.ts';
import { liesThere } from './upload-files.ts';

const POLL_MS = 250;
const TIMEOUT_MS = 120_000;

/** Drops the given dataset.yaml, or one inferred for a new dataset, and waits until it is in force. */
export async function dropConfig(
  context: Context,
  dataset: string,
  { drops, configPath }: Collected,
): Promise<'dropped' | 'unchanged' | 'none'> {
  const { cloud, terminal } = context;
  const key = dropKey(dataset, CONFIG_FILE);
  if (configPath !== undefined) {
    const text = readFileSync(configPath, 'utf8');
    const parsed = parseDatasetFile(text);
    if (!parsed.ok) throw badConfig(configPath, parsed.issues);
    if (await liesThere(cloud.drop, key, text)) return 'unchanged';
    const before = await readConfig(cloud.data, dataset);
    await cloud.drop.put(key, text);
    // A file that leaves the image size open is in force only once an upload has settled it.
    const complete = effectiveConfig(parsed.value, undefined) ?? (await readConfig(cloud.data, dataset));
    if (complete) await waitUntilInForce(context, dataset);
    const after = before && (await readConfig(cloud.data, dataset));
    if (before && after) await announceCleaning(context, dataset, before, after);
    return 'dropped';
  }
  const known = (await cloud.drop.head(key)) ?? (await readConfig(cloud.data, dataset));
  const proposed = known ? undefined : await proposeConfig(drops);
  if (proposed === undefined) return known ? 'unchanged' : 'none';
  terminal.say(`${dataset} is new. Its ${CONFIG_FILE}, from the majority of the files:`);
  terminal.say(proposed.replace(/^/gm, '  ').trimEnd());
  await cloud.drop.put(key, proposed, { when: 'absent' });
  await waitUntilInForce(context, dataset);
  return 'dropped';
}

/** Resolves once validate has read the newest dataset.yaml. Throws CommandFailure when it was refused, or nobody reads it. */
export async function waitUntilInForce({ cloud, clock }: Context, dataset: string): Promise<void> {
  const key = dropKey(dataset, CONFIG_FILE);
  const startedAt = clock.now();
  while (clock.now() - startedAt < TIMEOUT_MS) {
    const versionId = (await cloud.drop.head(key))?.versionId ?? 'null';
    if ((await readConfig(cloud.data, dataset))?.versionId === versionId) return;
    const refusedKey = keys.refused(dataset, uploadIdOf(cloud.drop.bucket, key, versionId));
    const refusal = await readJson(cloud.data, refusedKey, Refusal);
    if (refusal) throw badConfig(CONFIG_FILE, refusal.value.issues);
    await clock.sleep(POLL_MS);
  }
  throw new CommandFailure(`${CONFIG_FILE} was dropped, but nothing has read it for ${TIMEOUT_MS / 1000} s.`, {
    next: 'Is the stack whole? `goldpan local status`; on AWS look at the function validate and its dead-letter queue.',
  });
}

export function badConfig(path: string, issues: readonly Issue[]): CommandFailure {
  return new CommandFailure(
    `${path} is not valid:\n${issues.map((issue) => `  ${issue.code}: ${describeIssue(issue)}`).join('\n')}`,
    {
      next: 'Correct it and put it again; docs/pipeline.md lists every key. Nothing was uploaded.',
    },
  );
}
