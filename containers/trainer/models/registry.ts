// The model families by the name in the configuration of a dataset. A new family is one file and one line here.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import type { ModelFamily } from './family.ts';
import { ganFamily } from './gan/gan-learner.ts';
import { photoFamily } from './photo/photo-learner.ts';
import { vaeFamily } from './vae/vae-learner.ts';

/** Families of images; those of tables are in table/table-families.ts. */
export const FAMILIES: Readonly<Partial<Record<TrainConfig['model'], ModelFamily>>> = {
  gan: ganFamily,
  vae: vaeFamily,
};

/** Returns the family; a preset may have a network of its own. Throws UnknownModelError. */
export function familyOf(name: string, preset?: TrainConfig['preset']): ModelFamily {
  const family = Object.hasOwn(FAMILIES, name) ? FAMILIES[name as TrainConfig['model']] : undefined;
  if (family) return preset === 'photo' ? photoFamily : family;
  throw new GoldpanError(
    FAILURE.unknownModel,
    `There is no model family ${name} for images. The families are ${Object.keys(FAMILIES).join(', ')}.`,
  );
}
