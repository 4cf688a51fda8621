// goldpan check: files of this machine, judged by the rules that a dataset would judge them by.
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { CheckAnswer } from '#client/datasets/quality-answers.ts';
import { readUnit } from '#client/datasets/quarantine/held-items.ts';
import { printIssues } from '#client/datasets/status.ts';
import { CommandFailure, EXIT } from '#client/failure.ts';
import { collectFiles, type LocalFile } from '#client/upload/collect.ts';
import { badConfig } from '#client/upload/drop-config.ts';
import { inferLocally } from '#client/upload/propose-config.ts';
import { count } from '#core/base/format.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { addCounts, countIssues, type Issue, type IssueCounts } from '#core/kinds/define/issue.ts';
import { describeIssue } from '#core/kinds/issues.ts';
import { writeJson } from '#core/store/json.ts';
import { CONFIG_FILE, keys } from '#core/store/keys.ts';
import { itemWord, plural } from '../terminal/format.ts';
import { openProgress } from '../terminal/progress.ts';
import type { Style, Terminal } from '../terminal/terminal.ts';
import { type Bench, type Outcome, openBench } from './local-pipeline.ts';

/** Stands in keys only. */
const DATASET = 'check';
/** Of more files than these, accepted ones are only counted, and so many of the others are shown. */
const SHOWN_FILES = 20;

export type CheckOptions = {
  readonly config?: string | undefined;
  /** Issues named of each file. */
  readonly show: number;
};
type FileVerdict = CheckAnswer['files'][number];

/** Nothing leaves this machine. Each file is judged by itself, archives entry by entry. */
export async function check(
  terminal: Terminal,
  paths: readonly string[],
  { config, show }: CheckOptions,
): Promise<CheckAnswer> {
  const { files, configPath } = collectFiles(paths);
  if (files.length === 0) throw new CommandFailure('There is no file to check.', { exitCode: EXIT.usage });
  const bench = openBench(DATASET);
  await configure(terminal, bench, files, config ?? configPath);

  const progress = openProgress(terminal, 'Checking', () => performance.now());
  const answers: FileVerdict[] = [];
  for (const file of files) {
    answers.push(await judge(bench, file, await bench.settle(file.name, file), show));
    progress.update(answers.length, files.length);
  }
  progress.end();
  const current = await bench.current();
  const items = { accepted: 0, rejected: 0, byIssue: {} as IssueCounts };
  for (const { accepted, rejected, byIssue } of answers) {
    items.accepted += accepted;
    items.rejected += rejected;
    addCounts(items.byIssue, byIssue);
  }
  return { kind: current?.config.kind ?? null, config: current?.config ?? null, items, files: answers };
}

/** How many and why first, then case by case. */
export function printChecked({ kind, items, files }: CheckAnswer, style: Style): string {
  const bad = files.filter(({ verdict }) => verdict !== 'accepted');
  const marked = files.filter(({ verdict, flagged }) => verdict === 'accepted' && flagged.length > 0);
  const told = files.length > SHOWN_FILES ? [...bad, ...marked] : files;
  const rest = told.length - SHOWN_FILES;
  return [
    `${plural(items.accepted, itemWord(kind))} accepted, ${count(items.rejected)} rejected, in ${plural(files.length, 'file')}.`,
    ...printIssues(items.byIssue),
    ...(told.length > 0 ? [''] : []),
    ...told.slice(0, SHOWN_FILES).flatMap((verdict) => printFile(verdict, style)),
    ...(rest > 0 ? [`and ${plural(rest, 'more file', 'more files')} with findings: --json names them all`] : []),
  ].join('\n');
}

function printFile({ file, verdict, accepted, rejected, issues, flagged }: FileVerdict, style: Style): string[] {
  const word = verdict === 'accepted' ? style.good(verdict) : style.bad(verdict);
  const counts = accepted + rejected > 1 ? `  ${count(accepted)} accepted, ${count(rejected)} rejected` : '';
  const rest = rejected - issues.length;
  return [
    `${word.padEnd(8)}  ${file}${counts}`,
    ...issues.map((issue) => `  ${issue.code}: ${describeIssue(issue)}`),
    ...(issues.length > 0 && rest > 0 ? [`  and ${plural(rest, 'more', 'more')}: --show ${rejected}`] : []),
    ...flagged.map(({ code, items, first }) => `  kept, but ${code}: ${placesOf(first, items)}`),
  ];
}

/** The file given, else what the majority of the files speaks for; the file may leave out what they say. */
async function configure(
  terminal: Terminal,
  bench: Bench,
  files: readonly LocalFile[],
  configPath: string | undefined,
): Promise<void> {
  const text = configPath === undefined ? undefined : readFileSync(configPath, 'utf8');
  const parsed = text === undefined ? undefined : parseDatasetFile(text);
  if (configPath !== undefined && parsed && !parsed.ok) throw badConfig(configPath, parsed.issues);
  const inferred = await inferLocally(files, parsed?.ok ? parsed.value.kind : undefined);
  if (inferred) await writeJson(bench.data, keys.inferredConfig(DATASET), inferred);
  if (text !== undefined) {
    await bench.settle(CONFIG_FILE, { text });
    return;
  }
  if (!inferred) return;
  terminal.say('Checked by this configuration, from the majority of the files:');
  terminal.say(stringify(inferred).replace(/^/gm, '  ').trimEnd());
}

async function judge({ data }: Bench, file: LocalFile, outcome: Outcome, show: number): Promise<FileVerdict> {
  const { refusal, verdicts, marks } = outcome;
  const flagged = marks.map(({ first, ...mark }) => ({ ...mark, first: first.slice(0, show) }));
  if (refusal) {
    const issues = refusal.issues.map((issue) => named(issue, file));
    const byIssue = countIssues(issues);
    return { file: file.path, verdict: 'rejected', accepted: 0, rejected: 1, byIssue, issues, flagged };
  }
  const found: FileVerdict = {
    file: file.path,
    verdict: 'accepted',
    accepted: 0,
    rejected: 0,
    byIssue: {},
    issues: [],
    flagged,
  };
  for (const verdict of verdicts) {
    found.accepted += verdict.items.accepted;
    found.rejected += verdict.items.rejected;
    addCounts(found.byIssue, verdict.byIssue);
    if (found.issues.length >= show) continue;
    for (const held of await readUnit(data, verdict)) found.issues.push(...held.issues);
  }
  found.issues = found.issues.slice(0, show);
  if (found.rejected > 0) found.verdict = found.accepted > 0 ? 'partly' : 'rejected';
  return found;
}

/** `a.csv, line 3; line 9; and 12 more` */
function placesOf(places: readonly Issue['place'][], items: number): string {
  const told = places.map(({ path, line }, i) => {
    const file = path === places[i - 1]?.path ? undefined : path;
    return [file, line === undefined ? undefined : `line ${line}`].filter(Boolean).join(', ');
  });
  return [...told, ...(items > places.length ? [`and ${count(items - places.length)} more`] : [])].join('; ');
}

function named({ place, ...issue }: Issue, { path }: LocalFile): Issue {
  return { ...issue, place: { ...place, path } };
}
