// goldpan quarantine list|show: what was rejected, why, what was given and allowed, and the thing itself.

import { writeFileSync } from 'node:fs';
import { count } from '#core/base/format.ts';
import { Upload } from '#core/ingest/messages.ts';
import { sourceFiles } from '#core/ingest/unit-files.ts';
import { describeIssue, type IssueCode } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { actionUnder, codesOf } from '#core/kinds/waiver.ts';
import { readJson } from '#core/store/json.ts';
import { keys, plannedUnit } from '#core/store/keys.ts';
import { itemWord, plural, table } from '../../../cli/terminal/format.ts';
import type { Style } from '../../../cli/terminal/terminal.ts';
import type { Context } from '../../context.ts';
import type { Cloud } from '../../deployment.ts';
import { CommandFailure } from '../../failure.ts';
import type { HeldItemAnswer, QuarantineAnswer } from '../quality-answers.ts';
import { checkedDataset, printIssues, printRejected } from '../status.ts';
import { findHeld, type Held, heldItems, placeOf, readVerdicts, shownHeld, type Verdicts } from './held-items.ts';
import { openTallies, printTallies } from './rejected-counts.ts';

const SHOWN_REFUSED = 10;

export type ListOptions = {
  readonly show: number;
  /** Items rejected for any of these only; all where there is none. */
  readonly rules: readonly IssueCode[];
};

export async function listQuarantine(
  { cloud }: Context,
  givenDataset: string,
  { show, rules }: ListOptions,
): Promise<QuarantineAnswer> {
  const dataset = checkedDataset(givenDataset);
  const verdicts = await readVerdicts(cloud, dataset);
  const { current, counts, refusals } = verdicts;
  const tally = openTallies();
  const items: QuarantineAnswer['items'] = [];
  let seen = 0;
  let held = 0;
  for await (const item of heldItems(cloud.data, verdicts.verdicts)) {
    seen++;
    if (rules.length > 0 && !item.issues.some(({ code }) => rules.includes(code))) continue;
    held++;
    tally.add(item);
    if (items.length < show) items.push(shownHeld(item));
  }
  return {
    dataset,
    kind: current?.config.kind ?? null,
    configId: current?.configId ?? null,
    held,
    countedOnly: Math.max(0, counts.items.rejected - refusals.length - seen),
    ...tally.done(),
    items,
    refused: refusals.map(({ source, issues }) => ({ key: source.key, unit: null, issues })),
  };
}

/** `out`: a file for the row, the document or the bytes. */
export async function showHeld(
  { cloud }: Context,
  givenDataset: string,
  name: string,
  { out }: { out?: string | undefined },
): Promise<HeldItemAnswer> {
  const dataset = checkedDataset(givenDataset);
  const verdicts = await readVerdicts(cloud, dataset);
  const [held] = (await findHeld(cloud.data, verdicts, [name])) as [Held];
  const { kind, configId, rules } = configOf(verdicts, dataset);
  const { source, slice } = await planOf(cloud, dataset, held);
  const place = { dataset, configId, uploadId: held.uploadId, unit: held.unit };
  const bytesKey = held.bytesSha256 === undefined ? undefined : keys.quarantinedBytes(place, held.bytesSha256);
  if (out !== undefined) {
    const kept = bytesKey === undefined ? undefined : (await cloud.data.get(bytesKey))?.body;
    writeFileSync(out, held.row ?? kept ?? (await readSource(cloud, { ...place, source, slice }, held)));
  }
  return {
    dataset,
    item: shownHeld(held),
    sentences: held.issues.map((issue) => `${issue.code}: ${describeIssue(issue)}`),
    ways: codesOf(held).map((code) => ({
      code,
      release: actionUnder(definitionOf(kind).rules, code, 'release', rules) !== undefined,
      fix: actionUnder(definitionOf(kind).rules, code, 'fix', rules) !== undefined,
    })),
    row: held.row ?? null,
    bytes: bytesKey === undefined ? null : { bucket: cloud.data.bucket, key: bytesKey },
    source: { bucket: cloud.drop.bucket, key: source.key, versionId: source.versionId },
    file: out ?? null,
  };
}

/** Throws CommandFailure where nothing was configured yet, so that nothing can be in quarantine. */
export function configOf({ current }: Verdicts, dataset: string) {
  if (current) return { kind: current.config.kind, configId: current.configId, rules: current.config.rules };
  throw new CommandFailure(`${dataset} has no configuration yet, and nothing in quarantine.`, {
    next: `goldpan status ${dataset}`,
  });
}

/** The upload that an item came in, and the slice of it that its unit covers. */
export async function planOf({ data }: Pick<Cloud, 'data'>, dataset: string, { uploadId, unit }: Held) {
  const upload = await readJson(data, keys.upload(dataset, uploadId), Upload);
  const plan = upload?.value.units.find((one) => one.unit === plannedUnit(unit));
  if (upload && plan) return { source: upload.value.source, slice: plan.slice };
  throw new CommandFailure(`The plan of upload ${uploadId} is gone, so its items cannot be read again.`);
}

export function printQuarantine(answer: QuarantineAnswer, style: Style): string {
  const { dataset, kind, held, countedOnly, byIssue, uploads, files, items, refused } = answer;
  if (held === 0 && countedOnly === 0 && refused.length === 0)
    return style.good(`Nothing of ${dataset} is in quarantine.`);
  const rest = held - items.length;
  const lines = [
    style.bold(`${dataset}: ${plural(held, itemWord(kind))} in quarantine`),
    ...(countedOnly > 0
      ? [
          `${count(countedOnly)} more were rejected and counted only. To let those through too, set their rule in dataset.yaml.`,
        ]
      : []),
    ...printIssues(byIssue),
    ...printTallies('By upload:', uploads),
    ...printTallies(
      'By file:',
      files.map((file) => ({ ...file, key: `${file.key} ${file.path}` })),
    ),
  ];
  if (items.length > 0) {
    lines.push('', 'Items:');
    lines.push(table(items.map((item) => [`  ${item.id}`, placeOf(item), codesOf(item).join(', ')])));
    if (rest > 0)
      lines.push(`  and ${plural(rest, 'more', 'more')}: goldpan quarantine list ${dataset} --show ${held}`);
    lines.push('', `Next: goldpan quarantine show ${dataset} ${items[0]?.id}`);
  }
  lines.push(...printRejected(refused.slice(0, SHOWN_REFUSED), refused.length, `goldpan status ${dataset}`));
  return lines.join('\n');
}

export function printHeld({ dataset, item, sentences, ways, row, bytes, source, file }: HeldItemAnswer, style: Style) {
  const can = (way: 'release' | 'fix') => ways.every((one) => one[way]);
  const next = (['release', 'fix'] as const)
    .filter(can)
    .map((way) => `goldpan quarantine ${way} ${dataset} ${item.id}`);
  const lines = [style.bold(`${item.id}  ${placeOf(item)}`), ...sentences.map((sentence) => `  ${sentence}`), ''];
  if (row !== null) lines.push('As it came:', row, '');
  if (bytes) lines.push(`Bytes: s3://${bytes.bucket}/${bytes.key}`);
  lines.push(`Source: s3://${source.bucket}/${source.key} version ${source.versionId}`);
  if (file !== null) lines.push(`Written to ${file}`);
  const stuck = ways.filter(({ release, fix }) => !release && !fix).map(({ code }) => code);
  lines.push(
    next.length > 0
      ? `Next: ${next.join('\n  or: ')}`
      : `It cannot be released: ${stuck.join(', ') || 'not by one of the two ways alone'}. Correct it and put it again.`,
  );
  return lines.join('\n');
}

/** The unit's own reader finds the file again, in the archive or as the object itself. */
async function readSource({ drop }: Cloud, message: Parameters<typeof sourceFiles>[1], { path }: Held) {
  for await (const file of sourceFiles(drop, message)) if (file.path === path && file.ok) return file.bytes;
  throw new CommandFailure(`${path} was not kept, and its source cannot be unpacked.`);
}
