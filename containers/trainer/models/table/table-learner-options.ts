// The options with which every family of models of tables is opened.
import type { ResolvedTableTrain } from '#core/model/resolve-table-train.ts';
import type { TableLayout } from './table-layout.ts';

export type TableLearnerOptions = {
  readonly train: ResolvedTableTrain;
  readonly layout: TableLayout;
  /** Logarithm of the share of rows that have each code, [codes]. */
  readonly logShares: Float32Array;
  /** Codes of the training rows, [rows, sub-columns]. */
  readonly trainCodes: Uint8Array;
  /** Number of rows of the train split. */
  readonly rows: number;
  readonly batchSize: number;
  readonly towers: number;
  readonly stepsPerEpoch: number;
  /** Factor on the learning rate; 1/2 after a divergence. */
  readonly rateScale: number;
};
