// The section `image` of dataset.yaml.
import * as z from 'zod';

export const ImageConfig = z.strictObject({
  width: z.int().min(8).max(128).multipleOf(4),
  height: z.int().min(8).max(128).multipleOf(4),
  channels: z.union([z.literal(1), z.literal(3)]),
  fit: z.enum(['cover', 'contain', 'fill', 'subject']).default('cover'),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

/**
 * Returns how the pixels of a clean item are resized. With `subject` they show the centre; the crop to the subject is made in the snapshot.
 */
export function resizeFitOf({ fit }: ImageConfig): 'cover' | 'contain' | 'fill' {
  return fit === 'subject' ? 'cover' : fit;
}
