// Compares generated rows with held-out ones. Each metric has reference values for real rows and for simple generators.
import * as z from 'zod';

/** The baselines: other real rows, and simple generators. */
export const TABLE_BASELINES = ['real', 'shuffled', 'shuffledInClass', 'latentClass'] as const;
export type TableBaseline = (typeof TABLE_BASELINES)[number];

export const TABLE_FIGURES = [
  'quality',
  'columnShapes',
  'columnPairTrends',
  'marginals1',
  'marginals2',
  'marginals3',
  'detection',
  'tstr',
  'missingSimilarity',
  'nats',
  'dcrShare',
  'copies',
  'distinct',
] as const;
export type TableFigureName = (typeof TABLE_FIGURES)[number];

const TableFigure = z.strictObject({
  name: z.enum(TABLE_FIGURES),
  /** `half`: a half is best. */
  better: z.enum(['lower', 'higher', 'half']),
  model: z.number(),
  /** Null if the metric is meaningless or was not computed. */
  real: z.number().nullable(),
  shuffled: z.number().nullable(),
  shuffledInClass: z.number().nullable(),
  latentClass: z.number().nullable(),
});
export type TableFigure = z.infer<typeof TableFigure>;

export const TableMetrics = z.strictObject({
  /** Rows on each side of a comparison with held-out rows, and rows drawn. */
  n: z.int(),
  drawn: z.int(),
  /** The target column for within-class shuffling and TSTR; null if no column is suitable. */
  target: z.string().nullable(),
  /** Version of SDMetrics whose Quality, Column Shapes and Column Pair Trends these are. */
  sdmetrics: z.string(),
  figures: z.array(TableFigure),
  /** The columns and pairs that are drawn worst, the worst first. */
  worstColumns: z.array(z.strictObject({ columns: z.array(z.string()), score: z.number() })),
  worstPairs: z.array(z.strictObject({ columns: z.array(z.string()), score: z.number() })),
  /** Seconds of processor time that the drawn rows took. */
  drawSeconds: z.number(),
});
export type TableMetrics = z.infer<typeof TableMetrics>;
