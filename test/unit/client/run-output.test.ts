// What `runs show` and `fit` say of a finished run.

import { expect, test } from 'vitest';
import { runOutputOf } from '#client/training/run-output.ts';
import type { ImageMetrics } from '#core/model/messages/image-metrics.ts';
import { printRun } from '../../../cli/print/models/run.ts';
import { outcomeOf } from './run-records.ts';

const plainly = (text: string): string => text;
const STYLE = { good: plainly, bad: plainly, warn: plainly, bold: plainly, dim: plainly } as never;
const IMAGES: ImageMetrics = {
  n: 1000,
  features: { sha256: 'f', learnedFrom: 'labels', classes: 10, dimensions: 64, steps: 2000, accuracy: 0.99 },
  figures: [
    {
      name: 'kid',
      better: 'lower',
      model: 0.2,
      interval: { low: 0.1, high: 0.3 },
      real: 0.05,
      realInterval: { low: 0.01, high: 0.09 },
      baseline: 30,
    },
    {
      name: 'psnr',
      better: 'higher',
      model: 20,
      interval: null,
      real: null,
      realInterval: null,
      baseline: 18,
    },
  ],
  ladder: [{ degradation: 'blur 0.7', kid: 9.4 }],
  baselineComponents: 32,
};

test('no figure of images is told without its null, its baseline and the ladder, and none twice', () => {
  const figures = { negativeElbo: 101.5, kid: 0.2, psnr: 20 };
  const outcome = outcomeOf({ metrics: { items: 1000, selection: 'kid', figures, images: IMAGES } });
  const lines = printRun(runOutputOf({ dataset: 'digits', outcome }), STYLE).split('\n');
  expect(lines.slice(1)).toEqual([
    '  KID 0.20000 on 1,000 test items (lower is better)',
    '    held-out ELBO 101.50 nats',
    '    n = 1000  better  model                         real images  PCA-Gaussian',
    '    KID       lower   0.20000 (0.10000 to 0.30000)  0.05000      30.00000',
    '    PSNR      higher  20.00 dB                      -            18.00 dB',
    '    KID of real images made worse: blur 0.7 9.40000',
    '  model model-1',
  ]);
});

test('the faults of a model that is not promoted are told once, with the command that lets it serve', () => {
  const faulty = { ...IMAGES, ladder: [{ degradation: 'blur 1.5', kid: 0.08 }] };
  const outcome = outcomeOf({ metrics: { items: 1000, selection: 'kid', figures: { kid: 0.2 }, images: faulty } });
  const answer = runOutputOf({ dataset: 'digits', outcome, promoted: false });
  const [warning = ''] = answer.warnings;
  const text = printRun({ ...answer, reason: `${warning} ${warning}` }, STYLE);
  expect(text.split(warning)).toHaveLength(2);
  expect(text).toContain('goldpan models promote digits model-1 --force');
  expect(printRun({ ...answer, reason: 'Error: something else' }, STYLE)).toContain('something else');
});

test('features that do not see blur are said to say little', () => {
  const blind = { ...IMAGES, ladder: [{ degradation: 'blur 1.5', kid: 0.08 }] };
  const warningsOf = (images: ImageMetrics) => {
    const metrics = { items: 1000, selection: 'kid', figures: { kid: 0.2 }, images };
    return runOutputOf({ dataset: 'digits', outcome: outcomeOf({ metrics }) }).warnings;
  };
  expect(warningsOf(IMAGES)).toEqual([]);
  expect(warningsOf(blind)).toMatchObject([expect.stringContaining('does not tell blurred or noisy images')]);
});

test('the priors that were compared are told with why one was chosen', () => {
  const figures = [{ name: 'kid', better: 'lower', value: 0.03, interval: null }] as const;
  const metrics = (prior: 'normal' | 'flow', nats: number) => {
    return { prior, heldOut: { nats, low: nats - 1, high: nats + 1 }, trained: nats - 2, figures: [...figures] };
  };
  const priors = [metrics('normal', 120), metrics('flow', 101)];
  const latent = { activeUnits: 3, alarm: null, mixture: null, prior: 'flow', reason: 'its bound is lower', priors };
  const lines = printRun(runOutputOf({ dataset: 'digits', outcome: outcomeOf({ latent } as never) }), STYLE).split(
    '\n',
  );
  expect(lines.slice(-5, -1)).toEqual([
    '    latent vectors are drawn from the flow prior: its bound is lower',
    '    prior   held out, nats             training items  KID',
    '    normal  120.00 (119.00 to 121.00)  118.00          0.03000',
    '    flow    101.00 (100.00 to 102.00)  99.00           0.03000',
  ]);
});

test('a run without such figures is told as before', () => {
  const lines = printRun(runOutputOf({ dataset: 'digits', outcome: outcomeOf() }), STYLE);
  expect(lines).toContain('held-out ELBO 101.50 nats on 100 test items');
  expect(lines).not.toContain('PCA');
});
