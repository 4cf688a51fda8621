// What the dead-letter queues say about verdicts that do not come.
import { plural } from '#core/base/format.ts';

export function deadLetterSentence(messages: number): string {
  if (messages === 0) return 'The dead-letter queues are empty: the functions are slow or do not run.';
  return `${plural(messages, 'message')} in the dead-letter queues: see docs/runbook.md.`;
}
