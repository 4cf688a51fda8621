// The outputs of the decoder in the adversarial stage: reconstructions, draws from the distribution of the codes, and images between two
// photos.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, TraceContext } from '../../engine/types.ts';
import type { Latent } from '../vae/vae-network.ts';
import { drawnCodes } from './code-moments.ts';
import { betweenLoss, perceptualLoss, pixelLoss } from './perceptual-loss.ts';

type DecodedRows = {
  /** [batch, latentDim] */
  readonly codes: Tensor;
  /** [batch, classes] */
  readonly label: Tensor | undefined;
  /** The first rows reconstruct the photos of the same rows. */
  readonly again: number;
  /** The last rows are between photo i and photo i + between, with i from 0. */
  readonly between: number;
  /** [between, 1]: the share of the second photo. */
  readonly share: Tensor | undefined;
};

/**
 * Decodes one batch: half of the rows are reconstructions, a quarter draws, and a quarter, rounded down, between photos.
 */
export function decodedRows(
  params: Params,
  { latent, z, label, context }: { latent: Latent; z: Tensor; label: Tensor | undefined; context: TraceContext },
): DecodedRows {
  const batch = z.shape[0] as number;
  const between = Math.floor(batch / 4);
  const again = Math.ceil(batch / 2);
  const rest = batch - again - between;
  const likely = drawnCodes(params, { noise: context.normal(z.shape, 'prior'), near: latent.zMean, label });
  const drawn = [rows(z, 0, again), rows(likely, again, rest)];
  if (between === 0) return { codes: tf.concat(drawn, 0), label, again, between, share: undefined };
  const share = context.uniform([between, 1], 'between');
  const mean = (x: Tensor) => {
    const [a, b] = [rows(x, 0, between), rows(x, between, between)];
    return tf.add(a, tf.mul(tf.sub(b, a), share));
  };
  return {
    codes: tf.concat([...drawn, mean(latent.zMean)], 0),
    label: label && tf.concat([rows(label, 0, again + rest), mean(label)], 0),
    again,
    between,
    share,
  };
}

/** Returns `count` rows of a tensor, starting at the row `from`. */
function rows(x: Tensor, from: number, count: number): Tensor {
  const inner = x.shape.slice(1);
  return tf.slice(x, [from, ...inner.map(() => 0)], [count, ...inner]);
}

/**
 * Returns the losses of the rows [batch, height, width, 3] that reconstruct or lie between photos, as means over their rows. `wanted` and
 * `wantedMaps` are those of the photos; `mapsOf` returns the frozen maps of rows.
 */
export function taughtLosses(
  images: Tensor,
  { again, between, share }: DecodedRows,
  {
    wanted,
    wantedMaps,
    mapsOf,
  }: { wanted: Tensor; wantedMaps: readonly Tensor[]; mapsOf: (images: Tensor) => readonly Tensor[] },
): { readonly perceptual: Tensor; readonly pixel: Tensor; readonly likeBoth: Tensor | undefined } {
  const last = rows(images, (images.shape[0] as number) - between, between);
  const maps = mapsOf(share ? tf.concat([rows(images, 0, again), last], 0) : rows(images, 0, again));
  const part = (all: readonly Tensor[], from: number, count: number) => all.map((map) => rows(map, from, count));
  return {
    perceptual: tf.mean(perceptualLoss(part(maps, 0, again), part(wantedMaps, 0, again))),
    pixel: tf.mean(pixelLoss(rows(images, 0, again), rows(wanted, 0, again))),
    likeBoth:
      share &&
      tf.mean(
        betweenLoss(part(maps, again, between), {
          first: part(wantedMaps, 0, between),
          second: part(wantedMaps, between, between),
          share,
        }),
      ),
  };
}
