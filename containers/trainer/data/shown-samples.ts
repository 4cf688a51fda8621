// Samples as people see them: of images a grid, of rows a table, of texts lines.
import type { PictureGrid } from './picture.ts';

export type ShownSamples = {
  /** `png`, `csv`, `txt` */
  readonly extension: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** For TensorBoard, if the samples are images. */
  readonly grid?: PictureGrid;
};
