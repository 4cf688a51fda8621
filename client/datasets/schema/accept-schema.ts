// Makes an edited file the next version of a table's schema.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeInventory } from '#core/ingest/inventory.ts';
import { describeIssue } from '#core/kinds/issues.ts';
import { type UnusableRule, unusableRules } from '#core/kinds/table/check/unusable-rules.ts';
import type { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { diffSchemas, type SchemaChange } from '#core/kinds/table/schema/schema-diff.ts';
import { parseSchemaYaml } from '#core/kinds/table/schema/schema-yaml.ts';
import type { Context } from '../../context.ts';
import { ClientFailure } from '../../failure.ts';
import { waitUntilInForce } from '../../upload/drop-config.ts';
import { followUploads } from '../../upload/follow-uploads.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { readConfig } from '../read-status.ts';
import type { SchemaAcceptedOutput } from './output.ts';
import { refuseWithoutSchema } from './refuse-without-schema.ts';
import {
  listVersions,
  nameInConfig,
  readSchema,
  versionInForce,
  withSuggestions,
  writeSchema,
} from './schema-versions.ts';

const SHOWN_VALUE = 80;
const CHECK_MEMORY_MIB = 128;

export type AcceptOptions = {
  /** Only returns the changes, without making them. */
  readonly dryRun: boolean;
  /** Waits until the dataset is clean under the new schema. */
  readonly wait: boolean;
  readonly timeoutMs: number;
};

/**
 * Makes the file the next version of the schema and names it in dataset.yaml. This changes the configuration, so every upload is cleaned
 * again. Repeating the call changes nothing.
 */
export async function acceptSchema(
  context: Context,
  givenDataset: string,
  file: string,
  { dryRun, wait, timeoutMs }: AcceptOptions,
): Promise<SchemaAcceptedOutput> {
  const { deployment } = context;
  const dataset = checkedDataset(givenDataset);
  await refuseWithoutSchema(deployment, dataset);
  const parsed = parseSchemaYaml(readFileSync(file, 'utf8'));
  if (!parsed.ok)
    throw badSchema(
      file,
      parsed.issues.map(
        (issue) => `  ${issue.code}: ${describeIssue({ ...issue, place: { ...issue.place, path: file } })}`,
      ),
    );
  const unusable = await rulesThatCannotRun(parsed.schema);
  if (unusable.length > 0)
    throw badSchema(
      file,
      unusable.map(
        ({ place, check, reason }) => `  table.schema: rules.${place}.check is ${check}. Allowed: ${reason}`,
      ),
    );
  const newest = (await listVersions(deployment.data, dataset)).at(-1) ?? 0;
  const base = newest > 0 ? await readSchema(deployment.data, dataset, newest) : undefined;
  const inForce = await versionInForce(deployment.data, dataset);
  const before = inForce === null || inForce === newest ? base : await readSchema(deployment.data, dataset, inForce);
  const changes = before ? diffSchemas(before, parsed.schema) : [];
  const same = base !== undefined && diffSchemas(base, parsed.schema).length === 0;
  if (base && !same && parsed.schema.version !== newest)
    throw new ClientFailure(`${file} was made from version ${parsed.schema.version}; the newest is ${newest}.`, {
      next: `Add the changes of the newest version (goldpan schema show ${dataset}) and set "version: ${newest}" in the file.`,
    });
  const version = same ? newest : newest + 1;
  const answer: SchemaAcceptedOutput = {
    dataset,
    version,
    before: inForce,
    changes: changes.map(shownChange),
    accepted: false,
    cleaned: null,
  };
  if (dryRun || (same && inForce === version)) return answer;

  if (!same) await writeSchema(deployment.data, dataset, { ...withSuggestions(parsed.schema, base), version });
  await nameInConfig(deployment.drop, dataset, version);
  await waitUntilInForce(context, dataset);
  if (!wait) return { ...answer, accepted: true };
  const { uploads } = await takeInventory(
    deployment.drop,
    deployment.data,
    dataset,
    (await readConfig(deployment.data, dataset))?.configId,
  );
  const files = new Map(uploads.map(({ key }) => [key, 1]));
  const { inventory } = await followUploads(context, dataset, { files, activity: 'clean-again', timeoutMs });
  return { ...answer, accepted: true, cleaned: inventory.uploads.length };
}

/**
 * Finds rules that cannot be evaluated. The database is native code; if this machine has none, the cleaner finds them and refuses the
 * tables.
 */
async function rulesThatCannotRun(schema: TableSchema): Promise<UnusableRule[]> {
  if (!schema.rules.some((rule) => 'check' in rule)) return [];
  const loaded = await import('#core/kinds/table/check/database.ts').catch(() => undefined);
  if (!loaded) return [];
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-schema-'));
  const database = await loaded.openDatabase(folder, CHECK_MEMORY_MIB);
  try {
    return await unusableRules(schema, database);
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function shownChange({ change, key, before, after }: SchemaChange): SchemaAcceptedOutput['changes'][number] {
  return { change, key, before: shown(before), after: shown(after) };
}

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}...` : text;
}

function badSchema(file: string, sentences: readonly string[]): ClientFailure {
  return new ClientFailure(`${file} is not valid:\n${sentences.join('\n')}`, {
    next: 'Correct it and accept it again. Nothing was changed.',
  });
}
