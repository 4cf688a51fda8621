// What is typed after a verb, checked before anything is done.
import { type Command, InvalidArgumentError } from 'commander';
import { ISSUES, type IssueCode } from '#core/kinds/issues.ts';
import type { GlobalOptions } from './run-verb.ts';

export function globals(command: Command): GlobalOptions {
  return command.optsWithGlobals();
}

export function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

export function issueCode(text: string, earlier: readonly IssueCode[]): IssueCode[] {
  if (Object.hasOwn(ISSUES, text)) return [...earlier, text as IssueCode];
  throw new InvalidArgumentError('It is none of the codes that docs/rules.md lists.');
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export function wholeNumber(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return value;
}
