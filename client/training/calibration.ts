// How fast networks train where no run of the dataset tells: measured once, scaled by the size of the image.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';

export type Calibration = { readonly itemsPerSecond: number; readonly words: string };

/**
 * Items a second at 28 x 28 grey, on two cores of a Xeon with AVX-512 and nothing else to do. The plain network's is
 * measured there; the others' follow from the CPU time of their steps beside its own.
 */
const AT_28: Readonly<Record<string, number>> = {
  'vae/plain': 3_950,
  'vae/residual': 2_360,
  'gan/plain': 1_410,
  'gan/residual': 660,
};
const PIXELS = 28 * 28;
/** Stands for a network that nobody has measured. */
const SLOWEST = 'gan/residual';

export function calibrationFor(
  { model, preset }: Pick<ResolvedTrain, 'model' | 'preset'>,
  image: { readonly width: number; readonly height: number },
): Calibration {
  const rate = AT_28[`${model}/${preset}`] ?? (AT_28[SLOWEST] as number);
  return {
    itemsPerSecond: (rate * PIXELS) / (image.width * image.height),
    words:
      'a calibration on two idle cores, scaled by the size of the image; an earlier run of this dataset would tell better',
  };
}
