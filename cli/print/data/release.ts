// Prints the output of `quarantine release` and `quarantine fix`.
import { heldLocation } from '#client/datasets/quarantine/held-items.ts';
import type { ReleaseOutput } from '#client/datasets/quarantine/output.ts';
import { count, plural } from '#core/base/format.ts';
import type { Style } from '../../terminal/terminal.ts';
import { printRejected } from './issues.ts';

const SHOWN = 20;

export function printReleased(output: ReleaseOutput, style: Style): string {
  const { dataset, mode, waivers, accepted, rejected, impossible } = output;
  const done = mode === 'fix' ? 'fixed and accepted' : 'released';
  const lines = [
    `${style.good(plural(accepted, 'item'))} ${done}${accepted > 0 ? `; waiver ${waivers.join(', ')}` : ''}.`,
  ];
  if (rejected.length > 0)
    lines.push(
      style.bad(
        `${count(rejected.length)} rejected again, for issues that were not ${mode === 'fix' ? 'fixed' : 'waived'}:`,
      ),
      ...printRejected(
        rejected.slice(0, SHOWN).map((held) => ({ key: heldLocation(held), unit: held.unit, issues: held.issues })),
        rejected.length,
        `goldpan quarantine list ${dataset}`,
      ).slice(2),
    );
  if (impossible.length > 0)
    lines.push(
      style.bad(`${count(impossible.length)} not tried:`),
      ...impossible.slice(0, SHOWN).map((item) => `  ${item.id}  ${heldLocation(item)}: ${item.reason}`),
    );
  return lines.join('\n');
}
