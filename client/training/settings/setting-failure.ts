// Says in plain words why a setting of a training is refused.
import type * as z from 'zod';
import { TrainOverrides } from '#core/kinds/train-config.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { ClientFailure, EXIT } from '../../failure.ts';

type Problem = z.core.$ZodIssue;

/** Describes the first problem: the setting, the value given, what is allowed. */
export function settingFailure(given: Readonly<Record<string, unknown>>, { issues }: z.ZodError): ClientFailure {
  const names = Object.keys(TrainOverrides.shape);
  const [problem] = issues as [Problem, ...Problem[]];
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

/** `a number`, `at least 1`, `one of vae, gan` */
function allowedBy(problem: Problem): string {
  switch (problem.code) {
    case 'too_small':
      return `${problem.inclusive ? 'at least' : 'more than'} ${problem.minimum}`;
    case 'too_big':
      return `${problem.inclusive ? 'at most' : 'less than'} ${problem.maximum}`;
    case 'invalid_value':
      return `one of ${problem.values.join(', ')}`;
    case 'invalid_type':
      return problem.expected === 'int' ? 'a whole number' : `a ${problem.expected}`;
    case 'invalid_union':
      return [...new Set(problem.errors.flatMap(([first]) => (first ? allowedBy(first) : [])))].join(' or ');
    default:
      return `valid (${problem.message})`;
  }
}
