import { MOST_EPOCHS } from '../../kinds/train-config.ts';

/** Returns "6 of 30", or "6" where only the budget ends the training. */
export function epochOf(epoch: number, epochs: number, between = ' of '): string {
  return endsByBudget({ epochs }) ? String(epoch) : `${epoch}${between}${epochs}`;
}

/** Whether so many epochs were asked for that only a budget, patience or a person ends the training. */
export function endsByBudget({ epochs }: { readonly epochs: number }): boolean {
  return epochs === MOST_EPOCHS;
}
