// A photo as subject alignment sees it: the maps of Lite0 at stride 16, at three sizes.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { SubjectBox } from '#core/kinds/image/align/feature-grid.ts';
import { ALIGN_SIDES, type AlignedPhoto, type FeatureGrid, shownSize } from '#core/kinds/image/align/feature-grid.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { readPretrainedFile } from '../../containers/trainer/features/pretrained-file.ts';

const CHANNELS = 3;

/** Opens Lite0 up to stride 16, on one thread. Throws where the set-up has not made its file. */
export function openFeatures(): Promise<InferenceSession> {
  return InferenceSession.create(readPretrainedFile('lite0-stride16.onnx'), { intraOpNumThreads: 1 });
}

export async function seePhoto(session: InferenceSession, file: string, label: string | null): Promise<AlignedPhoto> {
  const { data, info } = await sharp(readFileSync(file))
    .rotate()
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grids: FeatureGrid[] = [];
  for (const side of ALIGN_SIDES) {
    const { width, height } = shownSize(info.width, info.height, side);
    const seen = await sharp(data, { raw: { width: info.width, height: info.height, channels: CHANNELS } })
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer();
    const images = new Tensor(
      'float32',
      Float32Array.from(seen, (byte) => byte / 255),
      [1, height, width, CHANNELS],
    );
    const map = (await session.run({ images })).stride16 as { dims: readonly number[]; data: unknown };
    const [, rows = 0, columns = 0, channels = 0] = map.dims;
    grids.push({ height: rows, width: columns, channels, values: map.data as Float32Array });
  }
  return { id: file, width: info.width, height: info.height, label, grids };
}

/** The square of a photo at `side` x `side` pixels, raw RGB. */
export async function cutOut(file: string, { centreX, centreY, side }: SubjectBox, pixels: number): Promise<Buffer> {
  const upright = await sharp(readFileSync(file)).rotate().removeAlpha().toBuffer();
  const { width = 0, height = 0 } = await sharp(upright).metadata();
  const length = Math.min(Math.round(side), width, height);
  const from = (centre: number, most: number) => Math.min(Math.max(0, Math.round(centre - length / 2)), most - length);
  return sharp(upright)
    .extract({ left: from(centreX, width), top: from(centreY, height), width: length, height: length })
    .resize(pixels, pixels)
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}
