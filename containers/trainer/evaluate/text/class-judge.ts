// The class of a text by an n-gram model of each class, which checks texts that were generated for a class.
import type { Items, Pixels } from '../../data/batches.ts';
import { pickItems } from '../../models/in-batches.ts';
import { fitKneserNeyOf, type KneserNey } from './kneser-ney.ts';

const LEAST_TEXTS = 30;
const MOST_CLASSES = 20;
const ORDER = 3;

export type ClassJudge = {
  /** The classes with enough texts, as the items name them. */
  readonly labels: readonly number[];
  /** Returns the share of the texts with one of these classes that are recognised as it. */
  accuracy(texts: Pixels, labels: Int32Array): number;
};

/**
 * Returns the judge, or undefined when fewer than two classes have enough texts, or when there are too many classes.
 */
export function classJudge(train: Items, vocabulary: number): ClassJudge | undefined {
  const members = Map.groupBy(train.labels.keys(), (item) => train.labels[item] as number);
  const labels = [...members.keys()]
    .filter((label) => label >= 0 && (members.get(label)?.length ?? 0) >= LEAST_TEXTS)
    .sort((a, b) => a - b);
  if (labels.length < 2 || labels.length > MOST_CLASSES) return undefined;
  const models = labels.map((label): KneserNey => {
    return fitKneserNeyOf(pickItems(train, Int32Array.from(members.get(label) ?? [])), ORDER, vocabulary);
  });
  return {
    labels,
    accuracy(texts, asked) {
      const nats = models.map((model) => model.nats(texts));
      let [right, all] = [0, 0];
      for (let text = 0; text < texts.items; text++) {
        const wanted = labels.indexOf(asked[text] as number);
        if (wanted < 0) continue;
        const own = nats.map((of) => of[text] as number);
        if (own.indexOf(Math.min(...own)) === wanted) right++;
        all++;
      }
      return right / Math.max(all, 1);
    },
  };
}
