// Prints the output of the `config` commands.
import type {
  ConfigCheckOutput,
  ConfigEditedOutput,
  ConfigOutput,
  ConfigSetOutput,
  RuleEffect,
  SettingValue,
} from '#client/datasets/config/output.ts';
import { count, duration, plural } from '#core/base/format.ts';
import { table } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';

/** Rules with their default values are only counted unless `all`. */
export function printConfig({ dataset, configId, settings }: ConfigOutput, style: Style, all: boolean): string {
  const shown = settings.filter(({ name, source }) => all || source !== 'default' || !name.startsWith('rules.'));
  const hidden = settings.length - shown.length;
  const rows = shown.map(({ name, value, source }) => [`  ${name}`, valueText(value), source]);
  return [
    style.bold(`${dataset}: configuration ${configId}`),
    table(rows),
    ...(hidden > 0 ? [`  and ${plural(hidden, 'setting')} of rules with the default value: --all`] : []),
    '',
    `Change one: goldpan config set ${dataset} <setting>=<value> --dry-run`,
  ].join('\n');
}

export function printConfigSet(output: ConfigSetOutput, style: Style): string {
  const { dataset, changed, changes } = output;
  if (changes.length === 0) return 'Nothing differs from the configuration in force.';
  const head = changed ? style.good(`${dataset}: the change is in force.`) : `${dataset}: this would change:`;
  return [head, ...changeLines(output)].join('\n');
}

/** Ends with the command that puts the file in force. */
export function printConfigCheck(output: ConfigCheckOutput, style: Style): string {
  const { dataset, changes, file } = output;
  const valid = style.good(`${file} is valid.`);
  if (changes.length === 0) return `${valid} Nothing differs from the configuration in force.`;
  const next = `Put it in force: goldpan put --dataset ${dataset} ${file}`;
  return [`${valid} It would change:`, ...changeLines(output), next].join('\n');
}

export function printConfigEdited({ dataset, file }: ConfigEditedOutput): string {
  return `Wrote ${file}. Edit it, then: goldpan config check ${dataset} ${file}`;
}

function changeLines({
  dataset,
  changed,
  changes,
  recleans,
  recleanSeconds,
  uploads,
  effects,
}: ConfigSetOutput): string[] {
  const lines = changes.map(({ name, before, after }) => `  ${name}: ${valueText(before)} -> ${valueText(after)}`);
  const took = changed || recleanSeconds === null ? '' : `, which took ${duration(recleanSeconds * 1000)} before`;
  const cleaned = recleans
    ? `${plural(uploads, 'upload')} ${changed ? 'cleaned again' : 'would be cleaned again'}${took}`
    : 'No item depends on it: nothing is cleaned again';
  const result = changed ? ` Result: goldpan status ${dataset}` : '';
  return [...lines, ...(changed ? [] : effects.flatMap(effectLines)), `${cleaned}.${result}`];
}

/** `flag` and `reject` are told as verbs; the counts are of items as they are stored now. */
function effectLines({ rule, action, items, rejectedBefore }: RuleEffect): string[] {
  const acts: Readonly<Record<string, string>> = { reject: 'rejected', flag: 'flagged', fix: 'fixed' };
  const verb = acts[action];
  const lines: string[] = [];
  if (verb && items === null) lines.push(`  ${rule}: stored measures do not show how many items would be ${verb}`);
  else if (verb) lines.push(`  ${rule}: ${count(items ?? 0)} of the accepted items would be ${verb}`);
  if (rejectedBefore > 0) lines.push(`  ${rule}: ${plural(rejectedBefore, 'rejected item')} would be judged again`);
  return lines;
}

function valueText(value: SettingValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
