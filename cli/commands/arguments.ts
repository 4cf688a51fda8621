// Checks what is typed after a command before anything is done.
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { didYouMean } from '#client/did-you-mean.ts';
import { ISSUES, type IssueCode } from '#core/kinds/issues.ts';

export const DATASET = 'name of the dataset';
/** Seconds without any new verdict after which a command gives up. */
export const STALL_SECONDS = 600;
export const TIMEOUT_WORDS = 'give up after this long without a new verdict';
export const SHOWN = 20;

export function positive(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return value;
}

/** Text after the help of a command: each example as it is typed. */
export function examples(...lines: readonly string[]): string {
  return `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

export function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

export function issueCode(text: string, earlier: readonly IssueCode[]): IssueCode[] {
  if (Object.hasOwn(ISSUES, text)) return [...earlier, text as IssueCode];
  const suggestion = didYouMean(text, Object.keys(ISSUES)) ?? 'docs/rules.md lists all of them.';
  throw new InvalidArgumentError(`There is no issue code ${JSON.stringify(text)}. ${suggestion}`);
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
