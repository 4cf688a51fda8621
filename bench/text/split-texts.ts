// Splits the texts of a benchmark: 90 % are trained on, 5 % choose the epoch, 5 % are held out. Equal sources are in one split.
import { permutation } from '#core/base/random.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import type { SealedText } from '../../test/fixtures/sealed-texts.ts';

const SHARES: Readonly<Record<Split, number>> = { train: 0.9, validation: 0.05, test: 0.05 };

export function splitTexts(texts: readonly SealedText[]): Record<Split, SealedText[]> {
  const groups = [...Map.groupBy(texts, ({ source, text }) => source ?? text).values()];
  const order = permutation(1, 'split', groups.length);
  const splits: Record<Split, SealedText[]> = { train: [], validation: [], test: [] };
  let [first, share] = [0, 0];
  for (const split of SPLITS) {
    share += SHARES[split];
    const end = Math.round(groups.length * share);
    splits[split] = Array.from(order.subarray(first, end), (group) => groups[group] as SealedText[]).flat();
    first = end;
  }
  return splits;
}
