// What operations on given images have in common.

/** Eight images of 256 x 256 pixels in colour, in base64. */
export const GIVEN_BODY_BYTES = 4 * 2 ** 20;

/** Models that read images. */
export const ENCODER_REMEDY = 'Train one that reads images: goldpan fit DATASET --set model=vae.';
