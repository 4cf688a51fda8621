// A request to a model of texts or pairs.
import type { Prior } from '#core/model/messages/latent-facts.ts';

export type TextRequest = {
  /** @default 16 texts, 1 answer of each source */
  readonly n?: number | undefined;
  readonly seed: number;
  /** Texts before the first one that is returned. */
  readonly first?: number | undefined;
  readonly prior?: Prior | undefined;
  readonly label?: string | undefined;
  readonly truncation?: number | undefined;
  /** @default usualTemperature */
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly prefix?: string | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  /** For models of pairs: the sources to answer; or one source in `where`. */
  readonly sources?: readonly string[] | undefined;
  readonly where?: string | undefined;
  /** Texts kept at each position of the search for the likeliest answers. */
  readonly beam?: number | undefined;
  /** Draws of which the likeliest are the answers. */
  readonly bestOf?: number | undefined;
  /** Characters that may be drawn. */
  readonly characters?: string | undefined;
};
