// The setting `audio.window`: how recordings that are longer than a clip are cut into clips.
import * as z from 'zod';

export const AudioWindow = z.strictObject({
  /** Seconds from the start of one clip to that of the next. Null: `audio.seconds`, so that clips do not overlap. */
  hop: z.number().min(0.02).max(30).nullable().default(null),
  /**
   * Seconds of a pause. The recording is cut at each pause of at least this length, and what lies between is a clip, or several by `hop`
   * where it is longer than one. Null: it is cut by `hop` alone.
   */
  silence: z.number().min(0.04).max(10).nullable().default(null),
});
export type AudioWindow = z.infer<typeof AudioWindow>;
