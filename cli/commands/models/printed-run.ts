// Prints a run, for every command that ends with one.
import { EXIT } from '#client/failure.ts';
import { RunOutput } from '#client/training/output.ts';
import { printRun } from '../../print/models/run.ts';

export const printedRun = {
  schema: RunOutput,
  print: printRun,
  exitCode: ({ status }: RunOutput) => (status === 'refused' || status === 'failed' ? EXIT.failed : EXIT.ok),
};
