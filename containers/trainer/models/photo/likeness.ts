// How like given photos a drawing is, and where its code has to move to be more like them: what a hybrid is fitted by at mix time.
import type { Tensor } from '@tensorflow/tfjs-node';
import { doublingsOf, nearMapsOf } from '#core/model/latent/near-maps.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program } from '../../engine/types.ts';
import { featureMaps } from '../../features/feature-maps.ts';
import { convTranspose } from '../layers/ops.ts';
import type { ImageModelConfig } from '../model.ts';
import { LENGTH_EPSILON } from './perceptual-loss.ts';
import { decodePhotoCode, storedStatistics } from './photo-decoder.ts';
import { photoSizes } from './photo-sizes.ts';

/** Weights of a pixel in the four nearest rows or columns of an image of twice the size. */
const DOUBLING = [0.25, 0.75, 0.75, 0.25] as const;

/** The program gives the unit-length channel vectors of the compared maps of photos x [batch, height, width, 3] in [0, 1]. */
export function near(config: ImageModelConfig): (batch: number) => Program {
  const { height, width, channels } = config;
  return (batch) => ({
    feed: { x: { shape: [batch, height, width, channels], dtype: 'float32' } },
    batched: ['x'],
    updates: [],
    step(params, { x }) {
      const maps = shownMaps(params, config, x as Tensor);
      const outputs = nearMapsOf(config).map(({ name, map }) => [name, unitVectors(maps[map] as Tensor)] as const);
      return { outputs: Object.fromEntries(outputs) };
    },
  });
}

/**
 * The program takes codes z [batch, latentDim], label [batch, classes], `weight` [batch] and, for each compared map, the weighted mean of
 * the unit vectors of the photos that each row shall be like. `distance` [batch] is that of the drawing from them; `gradient`
 * [batch, latentDim] is the derivative of weight x distance with respect to z.
 */
export function likeness(config: ImageModelConfig): (batch: number) => Program {
  const { latentDim, classes } = config;
  const compared = nearMapsOf(config);
  return (batch) => {
    const spec = (...shape: number[]): FeedSpec => ({ shape: [batch, ...shape], dtype: 'float32' });
    const feed = {
      z: spec(latentDim),
      ...(classes > 0 && { label: spec(classes) }),
      weight: spec(),
      ...Object.fromEntries(compared.map(({ name, shape }) => [name, spec(...shape)])),
    };
    return {
      feed,
      batched: Object.keys(feed),
      updates: [],
      step(params, given) {
        const distanceOf = (z: Tensor) => distance(params, { config, z, given });
        const { value, grad } = tf.valueAndGrad(distanceOf)(given.z as Tensor, given.weight);
        return { outputs: { gradient: grad, distance: value } };
      },
    };
  };
}

function distance(
  params: Params,
  { config, z, given }: { config: ImageModelConfig; z: Tensor; given: Readonly<Record<string, Tensor>> },
): Tensor {
  const observe = (_: string, tensor: Tensor) => tensor;
  const drawing = { sizes: photoSizes(config), params, norms: storedStatistics(params), observe };
  const maps = shownMaps(params, config, decodePhotoCode(drawing, z, given.label));
  const apart = nearMapsOf(config).map(({ name, map }) => distanceFrom(maps[map] as Tensor, given[name] as Tensor));
  return tf.addN(apart);
}

function shownMaps(params: Params, config: ImageModelConfig, images: Tensor): Tensor[] {
  const times = Array.from({ length: doublingsOf(config) });
  return featureMaps(
    params,
    times.reduce<Tensor>((smaller) => doubled(smaller), images),
  );
}

/** Images at twice their size, bilinear; black comes in at the edges, alike in all that are compared. */
function doubled(images: Tensor): Tensor {
  const channels = images.shape[3] as number;
  const kernel = new Float32Array(DOUBLING.length ** 2 * channels ** 2);
  DOUBLING.forEach((row, y) => {
    DOUBLING.forEach((column, x) => {
      for (let channel = 0; channel < channels; channel++)
        kernel[((y * DOUBLING.length + x) * channels + channel) * channels + channel] = row * column;
    });
  });
  const size = DOUBLING.length;
  return convTranspose(images, tf.tensor(kernel, [size, size, channels, channels]), 2);
}

/**
 * Squared distance [batch] of the unit-length channel vectors of `map` [batch, height, width, channels] from `wanted`, averaged over the
 * map. A weighted mean of the unit vectors of several photos as `wanted` gives the weighted mean of the distances from them, apart from
 * a constant. The gradient is written out, since that of tfjs contains tensors of ones, whose size depends on the batch.
 */
export function distanceFrom(map: Tensor, wanted: Tensor): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const length = lengthOf(map);
    const own = tf.div(map, length);
    const apart = tf.sub(own, wanted);
    save([own, length, apart]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [own, length, apart] = saved as [Tensor, Tensor, Tensor];
      const [batch, height, width] = own.shape as [number, number, number, number];
      const share = tf.reshape(tf.mul(dy, 2 / (height * width)), [batch, 1, 1, 1]);
      const across = tf.sub(apart, tf.mul(own, tf.sum(tf.mul(apart, own), 3, true)));
      return [tf.mul(tf.div(across, length), share)];
    };
    return { value: tf.mean(tf.sum(tf.square(apart), 3), [1, 2]), gradFunc };
  })(map);
}

function unitVectors(map: Tensor): Tensor {
  return tf.div(map, lengthOf(map));
}

function lengthOf(map: Tensor): Tensor {
  return tf.sqrt(tf.add(tf.sum(tf.square(map), 3, true), LENGTH_EPSILON));
}
