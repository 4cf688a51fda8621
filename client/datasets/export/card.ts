// README.md of an export: its content, how to load it, and the rules that acted. The same snapshot gives the same text.
import { count, plural } from '#core/base/format.ts';
import { ISSUES } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { SPLITS } from '#core/kinds/split.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import type { Quality } from '#core/snapshot/quality/quality.ts';
import type { ExportLayout } from './export-layout.ts';
import type { Tally } from './tally.ts';

const MOST_LABELS = 100;

type Snapshot = { readonly manifest: Manifest; readonly quality: Quality | undefined };

export function cardOf(
  { manifest, quality }: Snapshot,
  { about, python }: Pick<ExportLayout, 'about' | 'python'>,
  tally: Tally,
): string {
  const { dataset, snapshotId, config } = manifest;
  const { item } = definitionOf(config.kind);
  const total = SPLITS.reduce((sum, split) => sum + tally.splits[split], 0);
  return [
    `# ${dataset}\n`,
    `${plural(total, item.one, item.many)} of snapshot \`${snapshotId}\`, cleaned by goldpan.\n`,
    ...countsSection(tally),
    '## Files\n',
    `${about} \`SHA256SUMS\` has the checksum of every file: \`sha256sum -c SHA256SUMS\`.\n`,
    `\`\`\`python\n${python}\n\`\`\`\n`,
    '## Rules that acted\n',
    quality
      ? `${count(quality.items.accepted)} of ${count(quality.items.accepted + quality.items.rejected)} uploaded items were accepted; ${count(quality.items.distinct)} of them are distinct.\n`
      : '',
    ...rulesSection(quality?.byIssue ?? {}, tally),
    '## Licences\n',
    ...tableOf(
      ['licence', 'items'],
      sorted([...tally.licenses]).map(([license, items]) => [license ?? config.license ?? 'not stated', count(items)]),
    ),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function countsSection({ byLabel, splits }: Tally): string[] {
  const labels = [...byLabel].filter(([label]) => label !== null);
  const rowOf = (name: string, counts: Tally['splits']) => [name, ...SPLITS.map((split) => count(counts[split]))];
  const shown = labels.length === 0 || labels.length > MOST_LABELS ? [] : [...byLabel];
  shown.sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1));
  const note = labels.length > MOST_LABELS ? [`${count(labels.length)} labels.\n`] : [];
  return [
    ...tableOf(
      ['label', ...SPLITS],
      [...shown.map(([label, counts]) => rowOf(label ?? '(none)', counts)), rowOf('**all**', splits)],
    ),
    ...note,
  ];
}

/** `found`: rejected and flagged items by issue. */
function rulesSection(found: Readonly<Record<string, number>>, { flagged, fixed }: Tally): string[] {
  const codes = [...new Set([...Object.keys(found), ...flagged.keys(), ...fixed.keys()])].sort();
  if (codes.length === 0) return ['None.\n'];
  const shown = (items: number | undefined) => (items === undefined ? '' : count(items));
  return tableOf(
    ['rule', 'rejected or flagged', 'flagged in here', 'changed in here', 'meaning'],
    codes.map((code) => [
      `\`${code}\``,
      shown(found[code]),
      shown(flagged.get(code)),
      shown(fixed.get(code)),
      Object.hasOwn(ISSUES, code) ? ISSUES[code as keyof typeof ISSUES].sentence : '',
    ]),
  );
}

function sorted<Name extends string | null>(counts: readonly (readonly [Name, number])[]): [Name, number][] {
  return counts
    .map(([name, items]): [Name, number] => [name, items])
    .sort(([a, x], [b, y]) => y - x || ((a ?? '') < (b ?? '') ? -1 : 1));
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
  return [`${[head, head.map(() => '---'), ...rows].map(line).join('\n')}\n`];
}
