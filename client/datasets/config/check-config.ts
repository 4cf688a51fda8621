// Checks a dataset.yaml on this machine, and shows what it would change in a dataset.
import { existsSync, readFileSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { checkedDataset } from '../checked-dataset.ts';
import type { ConfigCheckOutput } from './output.ts';
import { planChange } from './plan-change.ts';
import { configInForce } from './show-config.ts';

/** Writes nothing. Throws ClientFailure if the file does not exist or is not a valid dataset.yaml. */
export async function checkConfig(
  { deployment }: Context,
  givenDataset: string,
  file: string,
): Promise<ConfigCheckOutput> {
  const dataset = checkedDataset(givenDataset);
  if (!existsSync(file)) throw new ClientFailure(`${file} does not exist.`, { exitCode: EXIT.usage });
  const text = readFileSync(file, 'utf8');
  const before = await configInForce(deployment, dataset);
  const { uploads, ...output } = await planChange(deployment, dataset, { text, name: file, before });
  return { ...output, uploads: uploads.length, file };
}
