// Training pace where the dataset has no run yet: measured once, scaled by the size of the image.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';

/** Items per second by network, with at least the one that stands for networks that were not measured. */
type Rates<Known extends string> = Readonly<Record<string, number> & Record<Known, number>>;

export type Calibration = { readonly itemsPerSecond: number; readonly words: string };

/**
 * Items per second at 28 x 28 grey, on two idle cores of a Xeon with AVX-512. The pace of the plain network is measured;
 * those of the others follow from the CPU time of their steps relative to it.
 */
const AT_28: Rates<'gan/residual'> = {
  'vae/plain': 3_950,
  'vae/residual': 2_360,
  'gan/plain': 1_410,
  'gan/residual': 660,
};
const PIXELS = 28 * 28;
/** Used for a network that was not measured. */
const SLOWEST = 'gan/residual';

/** Rows per second of a table of 15 columns in 560 codes on two idle cores; of other tables not measured. */
const TABLE_ROWS: Rates<'vae'> = { vae: 6_000, gan: 5_000, 'latent-class': 10_000 };

export function tableCalibration(model: string): Calibration {
  return {
    itemsPerSecond: TABLE_ROWS[model] ?? TABLE_ROWS.vae,
    words: 'a calibration on a table of 15 columns; after a first run of this dataset the estimate is better',
  };
}

export function calibrationFor(
  { model, preset }: Pick<ResolvedTrain, 'model' | 'preset'>,
  image: { readonly width: number; readonly height: number },
): Calibration {
  const rate = AT_28[`${model}/${preset}`] ?? AT_28[SLOWEST];
  return {
    itemsPerSecond: (rate * PIXELS) / (image.width * image.height),
    words:
      'a calibration on two idle cores, scaled by the size of the image; after a first run of this dataset the estimate is better',
  };
}

/** Positions of texts that are learned from in a second by the network of texts, on two idle cores. */
const TEXT_POSITIONS = 30_000;

/** `positions`: of the longest text with its end. */
export function textCalibration(positions: number): Calibration {
  return {
    itemsPerSecond: TEXT_POSITIONS / positions,
    words: 'a calibration on names of 16 positions; after a first run of this dataset the estimate is better',
  };
}
