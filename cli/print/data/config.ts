// Prints the output of the `config` commands.
import type { ConfigOutput, ConfigSetOutput, SettingValue } from '#client/datasets/config/output.ts';
import { plural } from '#core/base/format.ts';
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

export function printConfigSet(
  { dataset, changed, changes, recleans, uploads }: ConfigSetOutput,
  style: Style,
): string {
  if (changes.length === 0) return `Nothing differs from the configuration in force.`;
  const lines = changes.map(({ name, before, after }) => `  ${name}: ${valueText(before)} -> ${valueText(after)}`);
  const cleaned = recleans
    ? `${plural(uploads, 'upload')} ${changed ? 'cleaned again' : 'would be cleaned again'}`
    : 'No item depends on it: nothing is cleaned again';
  const head = changed ? style.good(`${dataset}: the change is in force.`) : `${dataset}: this would change:`;
  return [head, ...lines, `${cleaned}.${changed ? ` Result: goldpan status ${dataset}` : ''}`].join('\n');
}

function valueText(value: SettingValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
