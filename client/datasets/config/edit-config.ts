// Writes the dataset.yaml of a dataset to a file that a person edits.
import { stringify } from 'yaml';
import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { withSchemaLine } from '../../upload/schema-line.ts';
import { writeForEditing } from '../../write-for-editing.ts';
import { checkedDataset } from '../checked-dataset.ts';
import type { ConfigEditedOutput } from './output.ts';
import { configInForce } from './show-config.ts';

/** Writes the dropped file; without one, the settings in force except those of rules. An existing file is kept unless `force`. */
export async function editConfig(
  { deployment }: Context,
  givenDataset: string,
  options: { readonly out: string; readonly force: boolean },
): Promise<ConfigEditedOutput> {
  const dataset = checkedDataset(givenDataset);
  const { config } = await configInForce(deployment, dataset);
  const object = await deployment.drop.get(dropKey(dataset, CONFIG_FILE));
  const { rules: _rules, ...settings } = config;
  const text = object ? new TextDecoder().decode(object.body) : stringify(settings, { flowCollectionPadding: false });
  writeForEditing(options, withSchemaLine(text));
  return { dataset, file: options.out };
}
