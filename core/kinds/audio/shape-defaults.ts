// How clips are cut and levelled where dataset.yaml says nothing else; the endpoint brings given clips into the same form.

export const SHAPE_DEFAULTS = {
  /** Decibels below the loudest part that count as silence at the edges. */
  edgeSilenceDb: 40,
  /** Share of full scale that the loudest sample is brought to. */
  peak: 0.9,
  /** Decibels of gain at most. */
  maxGainDb: 30,
} as const;
