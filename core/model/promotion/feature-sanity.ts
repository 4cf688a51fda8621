// Checks whether distances in a feature network's features are meaningful: a network trained on little data may not see what people see.
import { shareText } from '../../base/format.ts';
import type { ImageMetrics } from '../messages/image-metrics.ts';

/**
 * Returns a warning if degraded real images are no farther from real ones than other real images are; otherwise undefined.
 */
export function featureSanityWarning({ figures, ladder, features }: ImageMetrics): string | undefined {
  const kid = figures.find(({ name }) => name === 'kid');
  const rungs = ladder.map((rung) => rung.kid);
  if (!kid?.realInterval || rungs.length === 0 || Math.max(...rungs) > kid.realInterval.high) return undefined;
  return (
    `The network that judges (right on ${shareText(features.accuracy)} of validation) does not tell blurred or noisy images from clean ones: ` +
    'KID, FID, precision and recall say little here. Look at the samples; more images teach it more.'
  );
}
