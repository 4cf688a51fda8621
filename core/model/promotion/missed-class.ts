// Whether draws show the class that was asked for, by any classifier.

type Accuracy = { readonly model: number; readonly real: number | null };
type MissedClass = { readonly model: number; readonly real: number; readonly guessing: number; readonly least: number };

/**
 * The least that is asked is the midpoint between guessing and the classifier's accuracy on real items. Returns the figures where the model
 * is below it; undefined where it is not, and where the classifier does no better than guessing on real items.
 */
export function missedClass(accuracy: Accuracy | undefined, classes: number): MissedClass | undefined {
  const guessing = 1 / classes;
  if (!accuracy || accuracy.real === null || accuracy.real <= guessing) return undefined;
  const { model, real } = accuracy;
  const least = (guessing + real) / 2;
  return model >= least ? undefined : { model, real, guessing, least };
}
