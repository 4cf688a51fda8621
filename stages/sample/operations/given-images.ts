// The request fields that operations on given images share.
import * as z from 'zod';

/** Eight images of 256 x 256 pixels in colour, in base64. */
export const GIVEN_BODY_BYTES = 4 * 2 ** 20;

export const PATH = z
  .enum(['linear', 'spherical'])
  .default('linear')
  .describe('`spherical`: what lies between is as far from the middle of the codes as the items are.');

/** Models that read images. */
export const ENCODER_REMEDY = 'Train one that reads images: goldpan fit DATASET --set model=vae.';
