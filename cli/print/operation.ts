// Prints the output of `doctor` and `redrive`.
import type { DoctorOutput, RedriveOutput } from '#client/operation/output.ts';
import { plural } from '#core/base/format.ts';
import type { Style } from '../terminal/terminal.ts';

export function printDoctor({ findings, problems }: DoctorOutput, style: Style): string {
  const lines = findings.flatMap(({ subject, ok, sentence, next }) => [
    `${mark(ok, style)}  ${subject}: ${sentence}`,
    ...(next === null ? [] : [`         ${next}`]),
  ]);
  return [...lines, problems === 0 ? 'No problem found.' : `${plural(problems, 'problem')} found.`].join('\n');
}

function mark(ok: boolean | null, style: Style): string {
  if (ok === null) return 'unknown';
  return ok ? style.good('ok     ') : style.bad('problem');
}

export function printRedrive({ queues }: RedriveOutput): string {
  if (queues.length === 0) return 'There are no dead letters.';
  return queues.map(({ name, moved }) => `${name}: ${plural(moved, 'message')} will be tried again`).join('\n');
}
