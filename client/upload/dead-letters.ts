// Reports dead letters while verdicts are missing.
import { plural } from '#core/base/format.ts';
import type { Deployment } from '../deployment.ts';

/** Returns the number of messages in the dead-letter queues of the ingest. */
export async function countDeadLetters({ queues }: Pick<Deployment, 'queues'>): Promise<number> {
  const depths = await queues.depths();
  return depths.filter(({ name }) => name !== 'training').reduce((sum, { dead }) => sum + dead, 0);
}

export function deadLetterSentence(messages: number): string {
  if (messages === 0) return 'Nothing has failed: the functions are still at work, or they do not run.';
  return `${plural(messages, 'message')} in the dead-letter queues: goldpan doctor names them and says what to do.`;
}
