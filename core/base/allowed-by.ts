// Describes the values that a schema allows, in plain words, for the message about a refused value.
import type * as z from 'zod';

const NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'settings such as { name: value }',
  record: 'settings such as { name: value }',
  array: 'a list',
  boolean: 'true or false',
  string: 'a text',
  null: 'null',
};

/** Returns for example `a number`, `at least 1` or `one of vae, gan`: the limit that `problem` is about. */
export function allowedBy(problem: z.core.$ZodIssue): string {
  switch (problem.code) {
    case 'too_small':
      return `${problem.inclusive ? 'at least' : 'more than'} ${problem.minimum}`;
    case 'too_big':
      return `${problem.inclusive ? 'at most' : 'less than'} ${problem.maximum}`;
    case 'invalid_value':
      return problem.values.length === 1 ? String(problem.values[0]) : `one of ${problem.values.join(', ')}`;
    case 'invalid_type':
      return NAMES[problem.expected] ?? `a ${problem.expected}`;
    case 'invalid_union':
      if ('options' in problem && Array.isArray(problem.options)) return `one of ${problem.options.join(', ')}`;
      return [...new Set(problem.errors.flatMap(([first]) => (first ? allowedBy(first) : [])))].join(' or ');
    default:
      return problem.message;
  }
}
