// Feature maps of one photo at several sizes, the input of subject alignment. They come from a frozen network at stride 16.

/** Shorter sides, in pixels, at which the network sees a photo: a subject is found at the size that fits the template best. */
export const ALIGN_SIDES = [112, 152, 208] as const;
/** Pixels of the seen photo per cell of a map. */
export const CELL = 16;
/** Cells a side of a window, which is square. */
export const WINDOW = 6;

export type FeatureGrid = {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** [height, width, channels] */
  readonly values: Float32Array;
};

export type AlignedPhoto = {
  /** Decides the order in which photos are added up, so that the order of arrival does not. */
  readonly id: string;
  /** Size of the stored photo, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The class of the photo, or null. Every class has the same weight in a template. */
  readonly label: string | null;
  /** One grid for each of ALIGN_SIDES, each of at least 6 x 6 cells. */
  readonly grids: readonly FeatureGrid[];
};

/** The size, in pixels, at which a photo is shown to the network: multiples of a cell, the shorter side about `side`, at least a window. */
export function shownSize(width: number, height: number, side: number): { width: number; height: number } {
  const scale = side / Math.min(width, height);
  const cells = (pixels: number) => Math.max(WINDOW, Math.round((pixels * scale) / CELL)) * CELL;
  return { width: cells(width), height: cells(height) };
}

/** A square in pixels of the stored photo. */
export type SubjectBox = { readonly centreX: number; readonly centreY: number; readonly side: number };

/** Returns the square of a window whose first cell is (row, column); fractions of a cell are allowed. */
export function boxOf(photo: AlignedPhoto, scale: number, row: number, column: number): SubjectBox {
  const grid = photo.grids[scale] as FeatureGrid;
  const [cellWidth, cellHeight] = [photo.width / grid.width, photo.height / grid.height];
  return {
    centreX: (column + WINDOW / 2) * cellWidth,
    centreY: (row + WINDOW / 2) * cellHeight,
    side: (WINDOW * CELL * Math.min(photo.width, photo.height)) / (ALIGN_SIDES[scale] as number),
  };
}
