// Reads the header of formats that can contain a film or a sound.

/**
 * `codec`: as the file names it, of the first sound track. `isFilm`: there is a track of moving pictures. `seconds`: undefined where the
 * file does not say. `skip`, `padding`: what an encoder put before the first sample and behind the last one, in seconds; 0 if
 * none is told.
 */
export type ContainerFacts = {
  readonly codec: string | undefined;
  readonly isFilm: boolean;
  readonly sampleRate: number | undefined;
  readonly seconds: number | undefined;
  readonly skip: number;
  readonly padding: number;
};
