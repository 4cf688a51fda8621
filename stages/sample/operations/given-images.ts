// The request fields that operations on given images share.
import * as z from 'zod';
import type { ModelCard } from '#core/model/messages/card.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';

/** Eight images of 256 x 256 pixels in colour, in base64. */
export const GIVEN_BODY_BYTES = 4 * 2 ** 20;

export const PATH = z
  .enum(['linear', 'spherical'])
  .optional()
  .describe(
    '`spherical`: what lies between is as far from the middle of the codes as the items are. By default `spherical` for a model that draws through a flow, whose vectors all lie about as far from the middle, else `linear`.',
  );

/** Whether what lies between items keeps their distance from the middle. */
export function isSpherical({ latent }: Pick<ModelCard, 'latent'>, path: z.infer<typeof PATH>): boolean {
  return path === undefined ? defaultPrior(latent) === 'flow' : path === 'spherical';
}

/** Models that read images. */
export const ENCODER_REMEDY = 'Train one that reads images: goldpan fit DATASET --set model=vae.';
