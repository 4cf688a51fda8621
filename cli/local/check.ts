// Checks files of this machine by the rules that a dataset would apply.
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { readUnit } from '#client/datasets/quarantine/held-items.ts';
import { ClientFailure, EXIT } from '#client/failure.ts';
import { temporaryFolder } from '#client/upload/arrays/temporary-folder.ts';
import { unpackArrays } from '#client/upload/arrays/unpack-arrays.ts';
import { collectFiles, type LocalFile, statedLabels } from '#client/upload/collect.ts';
import { badConfig } from '#client/upload/drop-config.ts';
import { inferLocally } from '#client/upload/propose-config.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { sumChanges } from '#core/kinds/define/change.ts';
import { addCounts, countIssues, type Issue, type IssueCounts } from '#core/kinds/define/issue.ts';
import { spellingRemarks } from '#core/kinds/define/labels-found.ts';
import { joinRemarks } from '#core/kinds/define/remark.ts';
import { writeJson } from '#core/store/json.ts';
import { CONFIG_FILE, keys } from '#core/store/keys.ts';
import { openProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { CheckOutput } from './check-output.ts';
import { type LocalPipeline, type Outcome, openLocalPipeline } from './local-pipeline.ts';

/** The dataset name used in the keys of the in-memory store. */
const DATASET = 'check';

export type CheckOptions = {
  readonly config?: string | undefined;
  /** Most issues to return of each file. */
  readonly show: number;
  /** Accepted rows or texts of each file to return as they are stored. */
  readonly rows?: number | undefined;
};
type FileVerdict = CheckOutput['files'][number];

/** Checks files. No data leaves this machine. Each file is checked separately, archives entry by entry. */
export async function check(terminal: Terminal, paths: readonly string[], options: CheckOptions): Promise<CheckOutput> {
  return temporaryFolder((folder) => checkFrom(terminal, paths, options, folder));
}

/** `folder`: for files that are unpacked before the check. */
async function checkFrom(
  terminal: Terminal,
  paths: readonly string[],
  { config, show, rows = 0 }: CheckOptions,
  folder: string,
): Promise<CheckOutput> {
  const {
    files: found,
    configPath,
    remarks: left,
  } = await collectFiles(paths, config === undefined ? undefined : statedLabels(config));
  const unpacked = await unpackArrays(found, folder);
  const files = [...unpacked.files, ...unpacked.archives];
  if (files.length === 0) throw new ClientFailure('There is no file to check.', { exitCode: EXIT.usage });
  const pipeline = openLocalPipeline(DATASET, { previewRows: rows, files });
  await configure(terminal, pipeline, files, config ?? configPath);

  const progress = openProgress(terminal, 'Checking', () => performance.now());
  const answers: FileVerdict[] = [];
  const remarks = [...left, ...unpacked.remarks];
  const verdicts: Verdict[] = [];
  const fixed: IssueCounts = {};
  for (const file of files) {
    const outcome = await pipeline.settle(file.name, file);
    answers.push(await verdictOf(pipeline, file, outcome, show));
    for (const verdict of outcome.verdicts) {
      addCounts(fixed, verdict.fixed ?? {});
      verdicts.push(verdict);
      remarks.push(...(verdict.remarks ?? []));
    }
    progress.update(answers.length, files.length);
  }
  progress.end();
  const current = await pipeline.current();
  const items = { accepted: 0, rejected: 0, byIssue: {} as IssueCounts, fixed };
  for (const { accepted, rejected, byIssue } of answers) {
    items.accepted += accepted;
    items.rejected += rejected;
    addCounts(items.byIssue, byIssue);
  }
  return {
    kind: current?.config.kind ?? null,
    config: current?.config ?? null,
    items,
    remarks: [...joinRemarks(remarks), ...spellingRemarks(verdicts)],
    files: answers,
  };
}

/**
 * Uses the given dataset.yaml. Missing settings, or all settings without one, are inferred from the majority of the files.
 */
async function configure(
  terminal: Terminal,
  pipeline: LocalPipeline,
  files: readonly LocalFile[],
  configPath: string | undefined,
): Promise<void> {
  const text = configPath === undefined ? undefined : readFileSync(configPath, 'utf8');
  const parsed = text === undefined ? undefined : parseDatasetFile(text);
  if (configPath !== undefined && parsed && !parsed.ok) throw badConfig(configPath, parsed.issues);
  const inferred = await inferLocally(files, parsed?.ok ? parsed.value.kind : undefined);
  if (inferred) await writeJson(pipeline.data, keys.inferredConfig(DATASET), inferred);
  if (text !== undefined) {
    await pipeline.settle(CONFIG_FILE, { text });
    return;
  }
  if (!inferred) return;
  terminal.say('Checked by this configuration, inferred from the majority of the files:');
  terminal.say(stringify(inferred).replace(/^/gm, '  ').trimEnd());
}

async function verdictOf(
  { data }: LocalPipeline,
  file: LocalFile,
  outcome: Outcome,
  show: number,
): Promise<FileVerdict> {
  const { refusal, verdicts, preview } = outcome;
  const flagged = outcome.flagged.map(({ first, ...one }) => ({ ...one, first: first.slice(0, show) }));
  if (refusal) {
    const issues = refusal.issues.map((issue) => named(issue, file));
    const byIssue = countIssues(issues);
    return { file: file.path, verdict: 'rejected', accepted: 0, rejected: 1, byIssue, changes: [], issues, flagged };
  }
  const found: FileVerdict = {
    file: file.path,
    verdict: 'accepted',
    accepted: 0,
    rejected: 0,
    byIssue: {},
    changes: [],
    issues: [],
    flagged,
    ...(preview && { preview }),
  };
  const changes = sumChanges();
  for (const verdict of verdicts) {
    found.accepted += verdict.items.accepted;
    found.rejected += verdict.items.rejected;
    addCounts(found.byIssue, verdict.byIssue);
    for (const change of verdict.changes ?? []) changes.add(change);
    if (found.issues.length >= show) continue;
    for (const held of await readUnit(data, verdict)) found.issues.push(...held.issues);
  }
  found.issues = found.issues.slice(0, show);
  found.changes = changes.list();
  if (found.rejected > 0) found.verdict = found.accepted > 0 ? 'partly' : 'rejected';
  return found;
}

function named({ place, ...issue }: Issue, { path }: LocalFile): Issue {
  return { ...issue, place: { ...place, path } };
}
