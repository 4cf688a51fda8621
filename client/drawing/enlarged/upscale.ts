// Enlarges an image file of this machine by a model.
import { readFileSync } from 'node:fs';
import { describeIssue } from '#core/kinds/issues.ts';
import { encodePng } from '#core/pages/png.ts';
import type { Context } from '../../context.ts';
import { checkedDataset } from '../../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { drawSamples } from '../draw.ts';
import type { DrawOutput } from '../output.ts';

type UpscaleOptions = {
  readonly item: string;
  readonly label?: string | undefined;
  readonly method: string;
  readonly model?: string | undefined;
  readonly out?: string | undefined;
};

/** The size does not matter: files are sent in their own. */
const ANY_SIZE = { width: 1, height: 1, channels: 3, fit: 'cover' } as const;

/** Throws ClientFailure for a file that is no image, and when the endpoint refuses the request. */
export async function upscale(
  context: Context,
  givenDataset: string,
  { item, label, method, model, out }: UpscaleOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const image = (await asPng(item)).toString('base64');
  const request = { item: { image, ...(label !== undefined && { label }) }, method, model };
  return drawSamples(context, dataset, 'upscale', { out, name: 'upscaled', count: 1, request });
}

/** Returns the upright image as a PNG file, whatever its format. */
async function asPng(path: string): Promise<Buffer> {
  const { decodeImage } = await import('#core/kinds/image/decode.ts');
  const decoded = await decodeImage(readFileSync(path), path, ANY_SIZE);
  if (!decoded.ok)
    throw new ClientFailure(`${path}: ${describeIssue(decoded.issue)}`, {
      next: 'Give a JPEG, PNG or WebP image.',
      exitCode: EXIT.usage,
    });
  return Buffer.from(encodePng(decoded.image.picture));
}
