// What `sample`, `interpolate` and `mix` print.
import type { DrawOutput } from '#client/drawing/output.ts';
import { plural } from '#core/base/format.ts';

const PRIORS: Readonly<Record<DrawOutput['prior'], string>> = {
  normal: 'the normal prior',
  mixture: 'the mixture prior fitted to its training data',
  flow: 'the flow prior trained with it',
  encoded: 'between the given images',
};

export function printDrawn({ modelId, seed, prior, output, count, files }: DrawOutput): string {
  const where = files.length === 1 ? files[0] : `${files.length} files, the first ${files[0]}`;
  if (output === 'drawn') return `${where}: ${plural(count, 'row')} from model ${modelId}, seed ${seed}`;
  const what = output === 'mean' ? "; each is the decoder's mean" : '';
  const from = prior === 'encoded' ? PRIORS[prior] : `seed ${seed}, ${PRIORS[prior]}`;
  return `${where}: ${plural(count, 'image')} from model ${modelId}, ${from}${what}`;
}
