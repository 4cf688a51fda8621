import { expect, test } from 'vitest';
import type { TableFigureName, TableMetrics } from '#core/model/messages/table-metrics.ts';
import { tableFaults } from '#core/model/promotion/table-faults.ts';

type Sides = { readonly model: number; readonly latentClass: number | null };

function metricsOf(figures: Partial<Record<TableFigureName, Sides>>): TableMetrics {
  return {
    ...{ n: 300, drawn: 300, target: null, sdmetrics: '0.32.0', worstColumns: [], worstPairs: [], drawSeconds: 0.1 },
    figures: Object.entries(figures).map(([name, sides]) => ({
      ...{ name: name as TableFigureName, better: 'lower', ...sides },
      ...{ real: null, shuffled: null, shuffledInClass: null },
    })),
  };
}

test('a latent-class model that is better in likelihood and in draws is recommended, and does not hold the model back', () => {
  const faults = tableFaults(
    metricsOf({
      nats: { model: 10.56, latentClass: 10.15 },
      quality: { model: 0.846, latentClass: 0.877 },
    }),
  );
  expect(faults).toEqual([expect.objectContaining({ code: 'latent-class-better', blocks: false })]);
  expect(faults[0]?.sentence).toContain('10.15 nats a held-out row instead of 10.56');
  expect(faults[0]?.sentence).toContain('--set model=latent-class');
});

test.each([
  [
    'its likelihood is better by chance only',
    { model: 10.2, latentClass: 10.15 },
    { model: 0.846, latentClass: 0.877 },
  ],
  ['its draws are worse', { model: 10.56, latentClass: 10.15 }, { model: 0.88, latentClass: 0.877 }],
  ['the model is one itself', { model: 10.56, latentClass: null }, { model: 0.846, latentClass: null }],
] as const)('no latent-class model is recommended where %s', (_, nats, quality) => {
  expect(tableFaults(metricsOf({ nats, quality }))).toEqual([]);
});

test('a GAN, which has no likelihood, is compared with a latent-class model by its draws', () => {
  const faults = tableFaults(
    metricsOf({ detection: { model: 0.88, latentClass: 0.58 }, quality: { model: 0.854, latentClass: 0.958 } }),
  );
  expect(faults.map(({ code }) => code)).toEqual(['latent-class-better']);
  expect(faults[0]?.sentence).toContain('AUC of 0.580 instead of 0.880');
});
