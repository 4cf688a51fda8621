// Changes settings of dataset.yaml and leaves every other line as it is.
import { parse, parseDocument } from 'yaml';
import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { waitUntilInForce } from '../../upload/drop-config.ts';
import { followUploads } from '../../upload/follow-uploads.ts';
import { checkedDataset } from '../checked-dataset.ts';
import type { ConfigSetOutput } from './output.ts';
import { planChange } from './plan-change.ts';
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
  const { drop } = deployment;
  const dataset = checkedDataset(givenDataset);
  const { config, configId } = await configInForce(deployment, dataset);
  const leaves = leavesOf(config);
  const key = dropKey(dataset, CONFIG_FILE);
  const object = await drop.get(key);
  const document = parseDocument(object ? new TextDecoder().decode(object.body) : `kind: ${config.kind}\n`);
  for (const [name, text] of pairs.map(pairOf)) document.setIn(pathOf(name, leaves), parse(text) as unknown);
  const text = document.toString({ lineWidth: 0 });
  const { uploads, ...output } = await planChange(deployment, dataset, {
    text,
    name: `${CONFIG_FILE} with ${pairs.join(', ')}`,
    before: { config, configId },
  });
  const { changes, recleans } = output;
  if (dryRun || changes.length === 0) return { ...output, uploads: uploads.length };

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
  return { ...output, uploads: uploads.length, changed: true };
}

/** Throws ClientFailure for a setting that is not given as name=value. */
export function checkPairs(pairs: readonly string[]): void {
  for (const pair of pairs) pairOf(pair);
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
