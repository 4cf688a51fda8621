import type { Summary } from './summary.ts';

const SLOWEST = 10;

/** Prints the slowest files, the tests that did not run with their reasons, the failures, and last the count. */
export function printSummary(
  { passed, failed, failures, files, notRun }: Summary,
  print: (line: string) => void,
): void {
  const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  if (slowest.length > 0) print('\nslowest test files (wall time, imports included):');
  for (const { file, seconds } of slowest) print(`${seconds.toFixed(1).padStart(7)} s  ${file}`);
  if (notRun.length > 0) print('');
  for (const [reason, tests] of Map.groupBy(notRun, (skipped) => skipped.reason))
    print(
      `not run here: ${tests.length === 1 ? '1 test' : `${tests.length} tests`}, since ${reason}: ${tests.map(({ test }) => test).join('; ')}`,
    );
  if (failures.length > 0) print('');
  for (const name of failures) print(`failed: ${name}`);
  print(`\n${passed} passed, ${failed} failed`);
}
