// Reads the schema of a table, and writes it to a file that a person edits.
import { renderSchemaYaml } from '#core/kinds/table/schema/schema-yaml.ts';
import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { ClientFailure } from '../../failure.ts';
import { writeForEditing } from '../../write-for-editing.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { adviseOnUnknown } from '../list-datasets.ts';
import type { SchemaEditedOutput, SchemaOutput } from './output.ts';
import { refuseWithoutSchema } from './refuse-without-schema.ts';
import { listVersions, readSchema, versionInForce } from './schema-versions.ts';

/** Returns the given version, or the newest. */
export async function showSchema(
  { deployment }: Context,
  givenDataset: string,
  { version }: { version?: number | undefined },
): Promise<SchemaOutput> {
  const dataset = checkedDataset(givenDataset);
  const versions = await listVersions(deployment.data, dataset);
  const wanted = version ?? versions.at(-1);
  const found = wanted === undefined ? undefined : await readSchema(deployment.data, dataset, wanted);
  if (!found) {
    await refuseWithoutSchema(deployment, dataset);
    throw await noSchema(deployment, dataset, version);
  }
  return {
    dataset,
    version: found.version,
    inForce: await versionInForce(deployment.data, dataset),
    versions,
    schema: found,
    yaml: renderSchemaYaml(found),
  };
}

/** Writes the newest version to a file. An existing file is kept unless `force`. */
export async function editSchema(
  context: Context,
  givenDataset: string,
  options: { out: string; force: boolean },
): Promise<SchemaEditedOutput> {
  const answer = await showSchema(context, givenDataset, {});
  writeForEditing(options, answer.yaml);
  return { ...answer, file: options.out };
}

async function noSchema(deployment: Context['deployment'], dataset: string, version: number | undefined) {
  const what = version === undefined ? 'no schema yet' : `no schema of version ${version}`;
  const start = `A schema is inferred from the first table: goldpan put table.csv --dataset ${dataset}`;
  const known = await deployment.drop.head(dropKey(dataset, CONFIG_FILE));
  return new ClientFailure(`${dataset} has ${what}.`, {
    next: known ? start : `${start}. ${await adviseOnUnknown(deployment, dataset)}`,
  });
}
