// Says in plain words why a setting of a training is refused.
import type * as z from 'zod';
import { allowedBy } from '#core/base/allowed-by.ts';
import { TrainOverrides } from '#core/kinds/train-config.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { ClientFailure, EXIT } from '../../failure.ts';

/** Describes the first problem: the setting, the given value, and the allowed values. */
export function settingFailure(given: Readonly<Record<string, unknown>>, { issues }: z.ZodError): ClientFailure {
  const names = Object.keys(TrainOverrides.shape);
  const [problem] = issues as [z.core.$ZodIssue, ...z.core.$ZodIssue[]];
  if (problem.code === 'unrecognized_keys') {
    const name = problem.keys[0] ?? '';
    const next = didYouMean(name, names) ?? `Settings: ${names.join(', ')}. docs/pipeline.md describes each.`;
    return new ClientFailure(`There is no setting ${name}.`, { next, exitCode: EXIT.usage });
  }
  const name = String(problem.path[0] ?? '');
  return new ClientFailure(`--set ${name}=${String(given[name])}: ${name} must be ${allowedBy(problem)}.`, {
    next: 'docs/pipeline.md describes each setting.',
    exitCode: EXIT.usage,
  });
}
