// Shows a photo to the network at the sizes of alignment.
import sharp from 'sharp';
import type { RawImage } from '../measure.ts';
import { ALIGN_SIDES, type AlignedPhoto, type FeatureGrid, shownSize } from './feature-grid.ts';

/** RGB between 0 and 1, float32 [height, width, 3]. */
export type ShownImage = { readonly width: number; readonly height: number; readonly values: Float32Array };
/** Runs the frozen network on one image up to its map at stride 16. */
export type FeatureMap = (image: ShownImage) => Promise<FeatureGrid>;

/** `picture`: RGB, uint8 [height, width, 3]. */
export async function seePhoto(
  { pixels, width, height }: RawImage,
  { id, label }: Pick<AlignedPhoto, 'id' | 'label'>,
  featureMap: FeatureMap,
): Promise<AlignedPhoto> {
  const grids: FeatureGrid[] = [];
  for (const side of ALIGN_SIDES) {
    const shown = shownSize(width, height, side);
    const seen = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .resize(shown.width, shown.height, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer();
    grids.push(await featureMap({ ...shown, values: Float32Array.from(seen, (byte) => byte / 255) }));
  }
  return { id, width, height, label, grids };
}
