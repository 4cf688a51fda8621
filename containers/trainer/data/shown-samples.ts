// Samples as people see them: of images a grid, of rows a table.
import type { Grid } from './picture.ts';

export type ShownSamples = {
  /** `png`, `csv` */
  readonly extension: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** For TensorBoard, where they are images. */
  readonly grid?: Grid;
};
