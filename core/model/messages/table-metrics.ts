// Compares generated rows with held-out ones. Each metric has reference values for real rows and for simple generators.
import * as z from 'zod';

/** The baselines: other real rows, and simple generators. */
export const TABLE_BASELINES = ['real', 'shuffled', 'shuffledInClass', 'latentClass'] as const;
export type TableBaseline = (typeof TABLE_BASELINES)[number];

export const TABLE_FIGURES = [
  'quality',
  'columnShapes',
  'columnPairTrends',
  'diagnostic',
  'dataValidity',
  'marginals1',
  'marginals2',
  'marginals3',
  'detection',
  'tstr',
  'tstrOthers',
  'lateDetection',
  'targetGiven',
  'missingSimilarity',
  'rulesHeld',
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

const Share = z.number().min(0).max(1);
const Scored = z.strictObject({
  columns: z.array(z.string()),
  score: z.number(),
  /** Where the shares of training and drawn rows differ most. */
  example: z.strictObject({ values: z.array(z.string()), real: Share, drawn: Share }).optional(),
});
export type TableScored = z.infer<typeof Scored>;

/** The shares of each column in training and drawn rows, and how right each pair of columns is, row by row above the diagonal. */
const TablePortrait = z.strictObject({
  columns: z.array(
    z.strictObject({
      name: z.string(),
      bins: z.array(z.strictObject({ label: z.string(), real: Share, drawn: Share })),
    }),
  ),
  pairs: z.strictObject({ columns: z.array(z.string()), accuracy: z.array(z.number()) }),
});
export type TablePortrait = z.infer<typeof TablePortrait>;

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
  worstColumns: z.array(Scored),
  worstPairs: z.array(Scored),
  /** Absent in models of before. */
  portrait: TablePortrait.optional(),
  /** Seconds of processor time that the drawn rows took. */
  drawSeconds: z.number(),
});
export type TableMetrics = z.infer<typeof TableMetrics>;
