// goldpan schema show|edit|accept: the schema of a table as a file that people edit and every row is held to.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { takeCensus } from '#core/ingest/inventory.ts';
import { describeIssue } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { diffSchemas, type SchemaChange } from '#core/kinds/table/schema/schema-diff.ts';
import { parseSchemaYaml, renderSchemaYaml } from '#core/kinds/table/schema/schema-yaml.ts';
import { plural } from '../../../cli/terminal/format.ts';
import { openProgress } from '../../../cli/terminal/progress.ts';
import type { Style } from '../../../cli/terminal/terminal.ts';
import type { Context } from '../../context.ts';
import { CommandFailure, EXIT } from '../../failure.ts';
import { waitUntilInForce } from '../../upload/drop-config.ts';
import { followUploads } from '../../upload/follow-uploads.ts';
import { readConfig } from '../read-status.ts';
import { checkedDataset } from '../status.ts';
import type { SchemaAcceptedAnswer, SchemaAnswer } from './output.ts';
import {
  listVersions,
  nameInConfig,
  readSchema,
  versionInForce,
  withSuggestions,
  writeSchema,
} from './schema-versions.ts';

const SHOWN_VALUE = 80;

export type AcceptOptions = {
  /** Only says what would change. */
  readonly dryRun: boolean;
  /** Follows the dataset until it is clean under the schema. */
  readonly wait: boolean;
  readonly timeoutMs: number;
};

/** The newest version, or the one asked for. */
export async function showSchema(
  { cloud }: Context,
  givenDataset: string,
  { version }: { version?: number | undefined },
): Promise<SchemaAnswer> {
  const dataset = checkedDataset(givenDataset);
  const versions = await listVersions(cloud.data, dataset);
  const wanted = version ?? versions.at(-1);
  const found = wanted === undefined ? undefined : await readSchema(cloud.data, dataset, wanted);
  if (!found) throw noSchema(dataset, version);
  return {
    dataset,
    version: found.version,
    inForce: await versionInForce(cloud.data, dataset),
    versions,
    schema: found,
    yaml: renderSchemaYaml(found),
  };
}

/** Writes the newest version to a file of this machine. A file that is there is kept unless `force`. */
export async function editSchema(
  context: Context,
  givenDataset: string,
  { out, force }: { out: string; force: boolean },
): Promise<SchemaAnswer & { file: string }> {
  const answer = await showSchema(context, givenDataset, {});
  if (existsSync(out) && !force)
    throw new CommandFailure(`${out} is there already.`, {
      next: 'Name another with --out, or --force.',
      exitCode: EXIT.usage,
    });
  writeFileSync(out, answer.yaml);
  return { ...answer, file: out };
}

/**
 * The file becomes the next version, and dataset.yaml names it: the configuration changes with it, so every upload is
 * cleaned again. Repeats change nothing.
 */
export async function acceptSchema(
  context: Context,
  givenDataset: string,
  file: string,
  { dryRun, wait, timeoutMs }: AcceptOptions,
): Promise<SchemaAcceptedAnswer> {
  const { cloud, terminal } = context;
  const dataset = checkedDataset(givenDataset);
  const current = await readConfig(cloud.data, dataset);
  if (current && !definitionOf(current.config.kind).tabular)
    throw new CommandFailure(`${dataset} holds ${current.config.kind} data, which has no schema.`);
  const parsed = parseSchemaYaml(readFileSync(file, 'utf8'));
  if (!parsed.ok)
    throw badSchema(
      file,
      parsed.issues.map(
        (issue) => `  ${issue.code}: ${describeIssue({ ...issue, place: { ...issue.place, path: file } })}`,
      ),
    );
  const newest = (await listVersions(cloud.data, dataset)).at(-1) ?? 0;
  const base = newest > 0 ? await readSchema(cloud.data, dataset, newest) : undefined;
  const inForce = await versionInForce(cloud.data, dataset);
  const before = inForce === null || inForce === newest ? base : await readSchema(cloud.data, dataset, inForce);
  const changes = before ? diffSchemas(before, parsed.schema) : [];
  const same = base !== undefined && diffSchemas(base, parsed.schema).length === 0;
  if (base && !same && parsed.schema.version !== newest)
    throw new CommandFailure(`${file} was made from version ${parsed.schema.version}; the newest is ${newest}.`, {
      next: `See what changed (goldpan schema show ${dataset}), take it over, and write "version: ${newest}" into the file.`,
    });
  const version = same ? newest : newest + 1;
  const answer: SchemaAcceptedAnswer = {
    dataset,
    version,
    before: inForce,
    changes: changes.map(shownChange),
    accepted: false,
    cleaned: null,
  };
  if (dryRun || (same && inForce === version)) return answer;

  if (!same) await writeSchema(cloud.data, dataset, { ...withSuggestions(parsed.schema, base), version });
  await nameInConfig(cloud.drop, dataset, version);
  await waitUntilInForce(context, dataset);
  if (!wait) return { ...answer, accepted: true };
  const { uploads } = await takeCensus(
    cloud.drop,
    cloud.data,
    dataset,
    (await readConfig(cloud.data, dataset))?.configId,
  );
  const progress = openProgress(terminal, 'Cleaning again', context.clock.now);
  const files = new Map(uploads.map(({ key }) => [key, 1]));
  const { census } = await followUploads(context, dataset, { files, progress, timeoutMs });
  progress.end();
  return { ...answer, accepted: true, cleaned: census.uploads.length };
}

export function printSchema({ yaml, version, inForce }: SchemaAnswer): string {
  const standing =
    inForce === version ? 'in force' : inForce === null ? 'not in force yet' : `version ${inForce} is in force`;
  return `# ${standing}\n${yaml}`;
}

export function printEdited({ dataset, file, version }: SchemaAnswer & { file: string }): string {
  return `Version ${version} is written to ${file}. Edit it, then: goldpan schema accept ${dataset} ${file}`;
}

export function printAccepted(
  { dataset, version, changes, accepted, cleaned }: SchemaAcceptedAnswer,
  style: Style,
): string {
  const signs = { added: '+', removed: '-', changed: '~' };
  const lines = changes.map(({ change, key, before, after }) => {
    const values = [before, after].filter((value) => value !== null).join(' -> ');
    return `  ${signs[change]} ${key}${values ? `: ${values}` : ''}`;
  });
  if (!accepted && lines.length === 0) return `Nothing differs from version ${version}, which is in force.`;
  if (!accepted) return [`Version ${version} would change:`, ...lines].join('\n');
  const again =
    cleaned === null ? 'Its uploads are cleaned again' : `${plural(cleaned, 'upload')} cleaned again under it`;
  return [...lines, style.good(`Version ${version} is in force. ${again}: goldpan status ${dataset}`)].join('\n');
}

function shownChange({ change, key, before, after }: SchemaChange): SchemaAcceptedAnswer['changes'][number] {
  return { change, key, before: shown(before), after: shown(after) };
}

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}...` : text;
}

function noSchema(dataset: string, version: number | undefined): CommandFailure {
  const what = version === undefined ? 'no schema yet' : `no schema of version ${version}`;
  return new CommandFailure(`${dataset} has ${what}.`, {
    next: `Put a table: goldpan put table.csv --dataset ${dataset}. Its schema is inferred from the first one.`,
  });
}

function badSchema(file: string, sentences: readonly string[]): CommandFailure {
  return new CommandFailure(`${file} is not valid:\n${sentences.join('\n')}`, {
    next: 'Correct it and accept it again. Nothing was changed.',
  });
}
