// Changes settings of dataset.yaml and leaves every other line as it is.
import { parse, parseDocument } from 'yaml';
import { canonicalJson } from '#core/base/hash.ts';
import { takeInventory } from '#core/ingest/inventory.ts';
import { configIdOf, effectiveConfig, Inferred } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { readJson } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, keys } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { badConfig, waitUntilInForce } from '../../upload/drop-config.ts';
import { followUploads } from '../../upload/follow-uploads.ts';
import { checkedDataset } from '../checked-dataset.ts';
import type { ConfigSetOutput, SettingValue } from './output.ts';
import { leavesOf, pathOf } from './settings.ts';
import { configInForce } from './show-config.ts';

export type SetOptions = {
  /** Only returns the changes, without making them. */
  readonly dryRun: boolean;
  /** Waits until the dataset is clean under the new configuration. */
  readonly wait: boolean;
  readonly timeoutMs: number;
};

/** `pairs`: `rules.image.blurry.action=reject`. Throws ClientFailure for a setting or a value that is not allowed. */
export async function setConfig(
  context: Context,
  givenDataset: string,
  pairs: readonly string[],
  { dryRun, wait, timeoutMs }: SetOptions,
): Promise<ConfigSetOutput> {
  const { deployment } = context;
  const { drop, data } = deployment;
  const dataset = checkedDataset(givenDataset);
  const before = await configInForce(deployment, dataset);
  const leaves = leavesOf(before.config);
  const key = dropKey(dataset, CONFIG_FILE);
  const object = await drop.get(key);
  const document = parseDocument(object ? new TextDecoder().decode(object.body) : `kind: ${before.config.kind}\n`);
  for (const [name, text] of pairs.map(pairOf)) document.setIn(pathOf(name, leaves), parse(text) as unknown);
  const text = document.toString({ lineWidth: 0 });
  const parsed = parseDatasetFile(text);
  if (!parsed.ok) throw badConfig(`${CONFIG_FILE} with ${pairs.join(', ')}`, parsed.issues);
  const inferred = (await readJson(data, keys.inferredConfig(dataset), Inferred))?.value;
  const after = effectiveConfig(parsed.value, inferred);
  if (!after) throw new ClientFailure(`With ${pairs.join(', ')} the configuration of ${dataset} is not complete.`);
  const old = new Map(leaves.map(({ name, value }) => [name, value]));
  const changes = leavesOf(after).flatMap(({ name, value }) => {
    const earlier: SettingValue = old.get(name) ?? null;
    return canonicalJson(earlier) === canonicalJson(value) ? [] : [{ name, before: earlier, after: value }];
  });
  const recleans = configIdOf(after) !== before.configId;
  const { uploads } = await takeInventory(drop, data, dataset, before.configId);
  const output = { dataset, changed: false, changes, recleans, uploads: uploads.length };
  if (dryRun || changes.length === 0) return output;

  const put = await drop.put(key, text, { when: object ? { etag: object.etag } : 'absent' });
  if (put.status === 'refused')
    throw new ClientFailure(`Another user has changed ${key} in the meantime.`, {
      next: 'Run the same command again.',
    });
  await waitUntilInForce(context, dataset);
  if (wait && recleans && uploads.length > 0) {
    const files = new Map(uploads.map((upload) => [upload.key, 1]));
    await followUploads(context, dataset, { files, activity: 'clean-again', timeoutMs });
  }
  return { ...output, changed: true };
}

/** `image.width=64` */
function pairOf(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1)];
  throw new ClientFailure(`A setting is given as name=value, not ${pair}.`, {
    next: 'Example: rules.image.blurry.action=reject',
    exitCode: EXIT.usage,
  });
}
