// Prints the output of the `schema` commands.
import type { SchemaAcceptedOutput, SchemaEditedOutput, SchemaOutput } from '#client/datasets/schema/output.ts';
import { plural } from '#core/base/format.ts';
import type { Style } from '../../terminal/terminal.ts';

const SIGNS = { added: '+', removed: '-', changed: '~' };

export function printSchema({ yaml, version, inForce }: SchemaOutput): string {
  const standing =
    inForce === version ? 'in force' : inForce === null ? 'not in force yet' : `version ${inForce} is in force`;
  return `# ${standing}\n${yaml}`;
}

export function printEdited({ dataset, file, version }: SchemaEditedOutput): string {
  return `Version ${version} is written to ${file}. Edit it, then: goldpan schema accept ${dataset} ${file}`;
}

export function printAccepted(output: SchemaAcceptedOutput, style: Style): string {
  const { dataset, version, changes, accepted, cleaned } = output;
  const lines = changes.map(({ change, key, before, after }) => {
    const values = [before, after].filter((value) => value !== null).join(' -> ');
    return `  ${SIGNS[change]} ${key}${values ? `: ${values}` : ''}`;
  });
  if (!accepted && lines.length === 0) return `Nothing differs from version ${version}, which is in force.`;
  if (!accepted) return [`Version ${version} would change:`, ...lines].join('\n');
  const again =
    cleaned === null ? 'Its uploads are cleaned again' : `${plural(cleaned, 'upload')} cleaned again under it`;
  return [...lines, style.good(`Version ${version} is in force. ${again}: goldpan status ${dataset}`)].join('\n');
}
