// An image on a run page.

export type PageImage = {
  readonly label: string;
  /** A data URI. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
};
