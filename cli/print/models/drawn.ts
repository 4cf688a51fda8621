// What `sample` and `interpolate` print.
import type { DrawOutput } from '#client/drawing/output.ts';
import { plural } from '#core/base/format.ts';

export function printDrawn({ modelId, seed, prior, output, count, files }: DrawOutput): string {
  const where = files.length === 1 ? files[0] : `${files.length} files, the first ${files[0]}`;
  const distribution = prior === 'mixture' ? 'the mixture prior fitted to its training data' : 'the normal prior';
  const what = output === 'mean' ? "; each is the decoder's mean" : '';
  return `${where}: ${plural(count, 'image')} from model ${modelId}, seed ${seed}, ${distribution}${what}`;
}
