// Which network settings mean for a dataset of each kind, and how fast it is where no run has shown it.
import { melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTrain } from '#core/model/resolve-train.ts';
import { type Calibration, calibrationFor, tableCalibration, textCalibration } from '../calibration.ts';

/** The preset that settings mean for a dataset, and the pace of its network where no run has shown it. */
type NetworkOf<Config> = (
  config: Config,
  counts: { readonly items: number; readonly classes: number },
) => {
  readonly network: (train: TrainConfig) => string;
  /** Whether more epochs than the default make it better, as long as a budget allows them. */
  readonly usesWholeBudget: (train: TrainConfig) => boolean;
  readonly calibration: (train: TrainConfig) => Calibration;
};

const NETWORKS: { readonly [K in EffectiveConfig['kind']]: NetworkOf<Extract<EffectiveConfig, { kind: K }>> } = {
  image({ image }, { items, classes }) {
    const resolve = (train: TrainConfig) => resolveTrain(train, { items, classes, image, hasFeatures: true });
    return {
      network: (train) => resolve(train).preset,
      usesWholeBudget: (train) => resolve(train).preset === 'photo',
      calibration: (train) => calibrationFor(resolve(train), image),
    };
  },
  audio({ audio }) {
    const { frames: width, bands: height } = melCodecFor(audio);
    return {
      network: () => 'plain',
      usesWholeBudget: () => false,
      calibration: ({ model }) => calibrationFor({ model, preset: 'residual' }, { width, height }),
    };
  },
  table: () => ({
    network: () => 'plain',
    usesWholeBudget: () => false,
    calibration: ({ model }) => tableCalibration(model),
  }),
  text: ({ text }) => ({
    network: () => 'plain',
    usesWholeBudget: () => true,
    calibration: () => textCalibration(text.maxLength + 1),
  }),
};

export function networkOf(
  config: EffectiveConfig,
  counts: Parameters<NetworkOf<EffectiveConfig>>[1],
): ReturnType<NetworkOf<EffectiveConfig>> {
  return (NETWORKS[config.kind] as NetworkOf<EffectiveConfig>)(config, counts);
}
