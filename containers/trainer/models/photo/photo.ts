// Models of photos: one decoder, trained by reconstruction (a VAE), by projected critics (a GAN), or by both in turn.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FeedSpec, Params, Program, StateMap, TraceContext } from '../../engine/types.ts';
import { FEATURES_PART, featureMaps, frozenFeatures } from '../../features/feature-maps.ts';
import { readFeatureWeights } from '../../features/feature-weights.ts';
import { augment } from '../gan/gan-augment.ts';
import { drawPosterior, klToStandardNormal } from '../latent/posterior.ts';
import { resize } from '../layers/image-ops.ts';
import { relu, sumPerItem } from '../layers/ops.ts';
import type { ImageModelConfig, Model } from '../model.ts';
import { movedMoments } from './code-moments.ts';
import { decodedRows, taughtLosses } from './decoded-rows.ts';
import { likeness, near } from './likeness.ts';
import { perceptualLoss, pixelLoss, sharedShift } from './perceptual-loss.ts';
import { varied } from './photo-augment.ts';
import { batchStatistics, decodePhotoCode, type PhotoNorms, storedStatistics } from './photo-decoder.ts';
import { encodePhotoMaps } from './photo-encoder.ts';
import { photoSizes } from './photo-sizes.ts';
import { initialPhotoState, MOVED_SHARE, mapDeviationName, SCALES } from './photo-state.ts';
import { criticImageSize, criticLogits } from './projected-critic.ts';

export type PhotoProgram =
  | 'measure'
  | 'reconstructive'
  | 'adversarial'
  | 'critic'
  | 'evaluate'
  | 'reconstruct'
  | 'describe'
  | 'sample';
export type PhotoTrain = Pick<ResolvedTrain, 'model' | 'augment'>;

type Feed = Readonly<Record<string, Tensor>>;

/**
 * Weight of the KL, which beta multiplies. It is small, so that the code keeps all that the decoder can use. It is larger with the critics:
 * otherwise codes spread until draws fall between them.
 */
const KL_WEIGHT = { reconstructive: 1e-3, adversarial: 2e-3 } as const;
const ADVERSARIAL_WEIGHT = 0.1;
/** A critic over frozen maps memorises less than one over pixels, and a large hole hides most of a small portrait. */
const CRITIC_AUGMENT = { colour: 0.8, hole: 0.35, holeShare: 0.5 } as const;

const unobserved: TraceContext['observe'] = (_, tensor) => tensor;

/**
 * Returns the programs. `reconstructive` trains encoder and decoder on x [batch, height, width, 3] in [0, 1], label and beta. `adversarial`
 * does so too, but half of its images are drawn from the distribution of the codes, and the logits of the critics are part of the loss; it
 * returns the maps that the critics saw. `critic` trains the critics on x and those maps. In a GAN, `adversarial` trains the decoder alone
 * and draws from the standard normal distribution. `measure` stores the deviations of the channels of the frozen maps.
 */
export function photo(config: ImageModelConfig, train: PhotoTrain): Model<PhotoProgram> {
  const { width, height, channels, latentDim, classes, batchSize } = config;
  if (channels !== 3) throw new Error('the preset photo makes colour images: choose another preset for grey ones');
  const sizes = photoSizes(config);
  const shown = criticImageSize(config);
  const isEncoding = train.model === 'vae';
  const labelled = classes > 0;
  const x: FeedSpec = { shape: [batchSize, height, width, channels], dtype: 'float32' };
  const label = (batch: number) => ({ label: { shape: [batch, classes], dtype: 'float32' } satisfies FeedSpec });
  const inputs = (feed: Readonly<Record<string, FeedSpec>>, batch: number) => {
    const all = labelled ? { ...feed, ...label(batch) } : feed;
    return { feed: all, batched: Object.keys(all).filter((name) => all[name]?.shape[0] === batch) };
  };
  const known = (feed: Feed): Tensor | undefined => (labelled ? (feed.label as Tensor) : undefined);
  const scaled = (params: Params, maps: readonly Tensor[]) =>
    maps.map((map, i) => tf.div(map, params[mapDeviationName(i)] as Tensor));
  const decode = (params: Params, norms: PhotoNorms, z: Tensor, label: Tensor | undefined, observe = unobserved) =>
    decodePhotoCode({ sizes, params, norms, observe }, z, label);
  const encode = (params: Params, x: Tensor) =>
    encodePhotoMaps(params, scaled(params, featureMaps(params, x)), unobserved);
  /** Returns the frozen maps of augmented images, which are the input of the critics. */
  const shownMaps = (params: Params, images: Tensor, context: TraceContext, site: string): Tensor[] => {
    const changed = train.augment ? augment(centred(images), context, site, CRITIC_AUGMENT) : centred(images);
    return featureMaps(params, resize(tf.mul(tf.add(changed, 1), 0.5), shown));
  };
  const moved = (params: Params, seen: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(
      Object.entries(seen).map(([name, tensor]) => {
        const before = params[name] as Tensor;
        return [name, tf.add(before, tf.mul(tf.sub(tensor, before), MOVED_SHARE))];
      }),
    );

  /** Runs the autoencoder once over augmented images. */
  const readAgain = (params: Params, feed: Feed, context: TraceContext, stage: keyof typeof KL_WEIGHT) => {
    const shift = sharedShift(context);
    const wanted = varied(feed.x as Tensor, context);
    const wantedMaps = featureMaps(params, shift(wanted));
    const latent = encodePhotoMaps(params, scaled(params, wantedMaps), context.observe);
    const z = drawPosterior(latent, context.normal(latent.zMean.shape, 'latent'));
    const klLoss = tf.mean(sumPerItem(klToStandardNormal(latent)));
    const charged = tf.mul(klLoss, tf.mul(context.scalar('beta'), KL_WEIGHT[stage]));
    const assigns = movedMoments(params, latent, known(feed));
    return { shift, wanted, wantedMaps, latent, z, klLoss, charged, assigns };
  };

  const beta: FeedSpec = { shape: [], dtype: 'float32' };
  const reconstructive: Program = {
    ...inputs({ x, beta }, batchSize),
    updates: ['encoder', 'decoder'],
    step(params, feed, context) {
      const { shift, wanted, wantedMaps, z, klLoss, charged, assigns } = readAgain(
        params,
        feed,
        context,
        'reconstructive',
      );
      const norms = batchStatistics();
      const images = decode(params, norms, z, known(feed), context.observe);
      const perceptual = tf.mean(perceptualLoss(featureMaps(params, shift(images)), wantedMaps));
      const pixel = tf.mean(pixelLoss(images, wanted));
      const loss = tf.addN([perceptual, pixel, charged]);
      const outputs = { perceptualLoss: perceptual, pixelLoss: pixel, klLoss };
      return { loss, outputs, assigns: { ...assigns, ...moved(params, norms.seen) } };
    },
  };

  /** Returns the logits of generated images; the critics are not trained. */
  const generatorLoss = (params: Params, maps: readonly Tensor[], label: Tensor | undefined) =>
    tf.neg(tf.mean(criticLogits(params, scaled(params, maps), label, {})));

  const refining: Program = {
    ...inputs({ x, beta }, batchSize),
    updates: ['encoder', 'decoder'],
    step(params, feed, context) {
      const read = readAgain(params, feed, context, 'adversarial');
      const { shift, wanted, wantedMaps, latent, z, klLoss, charged, assigns } = read;
      const norms = batchStatistics();
      const decoded = decodedRows(params, { latent, z, label: known(feed), context });
      const images = decode(params, norms, decoded.codes, decoded.label, context.observe);
      const mapsOf = (taught: Tensor) => featureMaps(params, shift(taught));
      const { perceptual, pixel, likeBoth } = taughtLosses(images, decoded, { wanted, wantedMaps, mapsOf });
      const maps = shownMaps(params, images, context, 'drawn');
      const adversarial = generatorLoss(params, maps, decoded.label);
      const losses = [perceptual, pixel, charged, tf.mul(adversarial, ADVERSARIAL_WEIGHT)];
      const loss = tf.addN(likeBoth ? [...losses, likeBoth] : losses);
      const outputs = {
        perceptualLoss: perceptual,
        pixelLoss: pixel,
        klLoss,
        generatorLoss: adversarial,
        ...named(maps, decoded.label),
      };
      return { loss, outputs, assigns: { ...assigns, ...moved(params, norms.seen) } };
    },
  };

  const drawing: Program = {
    ...inputs(labelled ? {} : { x }, batchSize),
    updates: ['decoder'],
    step(params, feed, context) {
      const norms = batchStatistics();
      const batch = ((feed.label ?? feed.x) as Tensor).shape[0] as number;
      const images = decode(params, norms, context.normal([batch, latentDim], 'prior'), known(feed), context.observe);
      const maps = shownMaps(params, images, context, 'drawn');
      const adversarial = generatorLoss(params, maps, known(feed));
      return {
        loss: adversarial,
        outputs: { generatorLoss: adversarial, ...named(maps, known(feed)) },
        assigns: moved(params, norms.seen),
      };
    },
  };

  const mapFeeds = Object.fromEntries(
    SCALES.map(({ stride, channels }, i): [string, FeedSpec] => {
      const shape = [batchSize, ...shown.map((side) => Math.ceil(side / stride)), channels];
      return [`map${i + 1}`, { shape, dtype: 'float32' }];
    }),
  );
  const critic: Program = {
    ...inputs({ x, ...mapFeeds, ...(labelled && { drawnLabel: label(batchSize).label }) }, batchSize),
    updates: ['critic'],
    step(params, feed, context) {
      const norms: Record<string, Tensor> = {};
      const maps = shownMaps(params, varied(feed.x as Tensor, context), context, 'real');
      const drawnMaps = SCALES.map((_, i) => feed[`map${i + 1}`] as Tensor);
      const real = criticLogits(params, scaled(params, maps), known(feed), norms);
      const fake = criticLogits(params, scaled(params, drawnMaps), feed.drawnLabel, {});
      // The hinge loss (Lim and Ye 2017).
      const criticLoss = tf.add(tf.mean(relu(tf.sub(1, real))), tf.mean(relu(tf.add(1, fake))));
      const turns = tf.add(params['turns/critic/count'] as Tensor, 1);
      const outputs = { criticLoss, realLogit: tf.mean(real), drawnLogit: tf.mean(fake) };
      return { loss: criticLoss, outputs, assigns: { ...norms, 'turns/critic/count': turns } };
    },
  };

  const measure: Program = {
    feed: { x, share: { shape: [], dtype: 'float32' } },
    batched: ['x'],
    updates: [],
    step(params, feed, context) {
      const maps = featureMaps(params, feed.x as Tensor);
      const entries = maps.map((map, i): [string, Tensor] => {
        const before = params[mapDeviationName(i)] as Tensor;
        const { variance } = tf.moments(map, [0, 1, 2]);
        const deviation = tf.add(tf.sqrt(variance), 0.05);
        return [mapDeviationName(i), tf.add(before, tf.mul(tf.sub(deviation, before), context.scalar('share')))];
      });
      return { outputs: {}, assigns: Object.fromEntries(entries) };
    },
  };

  const weight: FeedSpec = { shape: [batchSize], dtype: 'float32' };
  const evaluate: Program = {
    ...inputs({ x, weight }, batchSize),
    updates: [],
    averaged: true,
    step(params, feed) {
      const maps = featureMaps(params, feed.x as Tensor);
      const latent = encodePhotoMaps(params, scaled(params, maps), unobserved);
      const images = decode(params, storedStatistics(params), latent.zMean, known(feed));
      const charged = tf.add(perceptualLoss(featureMaps(params, images), maps), pixelLoss(images, feed.x as Tensor));
      const counted = (loss: Tensor) => tf.mul(loss, feed.weight as Tensor);
      const outputs = {
        reconstructionLoss: counted(charged),
        klLoss: counted(sumPerItem(klToStandardNormal(latent))),
        ...latent,
      };
      return { outputs };
    },
  };

  const pixelsOf = (params: Params, z: Tensor, feed: Feed) => ({
    pixels: decode(params, storedStatistics(params), z, known(feed)),
  });
  const reconstruct: Program = {
    ...inputs({ x }, batchSize),
    updates: [],
    averaged: true,
    step: (params, feed) => ({ outputs: pixelsOf(params, encode(params, feed.x as Tensor).zMean, feed) }),
  };
  const describe: Program = {
    feed: { x },
    batched: ['x'],
    updates: [],
    step: (params, feed) => ({
      outputs: { features: tf.mean(featureMaps(params, feed.x as Tensor).at(-1) as Tensor, [1, 2]) },
    }),
  };
  const sample = (batch: number, averaged: boolean): Program => ({
    ...inputs({ z: { shape: [batch, latentDim], dtype: 'float32' } }, batch),
    updates: [],
    averaged,
    step: (params, feed) => ({ outputs: pixelsOf(params, feed.z as Tensor, feed) }),
  });
  const encoder = (batch: number): Program => ({
    ...inputs({ x: { shape: [batch, height, width, channels], dtype: 'float32' } }, batch),
    updates: [],
    step: (params, feed) => ({ outputs: { ...encode(params, feed.x as Tensor) } }),
  });

  const shared = { measure, critic, describe, sample: sample(batchSize, true) };
  const adversarial = isEncoding ? refining : drawing;
  return {
    parts: isEncoding ? ['encoder', 'decoder', FEATURES_PART] : ['decoder', FEATURES_PART],
    initialState: (seed): StateMap => initialPhotoState({ config, sizes, shown, isEncoding, seed }),
    frozen: frozenFeatures(readFeatureWeights()),
    programs: (isEncoding
      ? { ...shared, reconstructive, adversarial, evaluate, reconstruct }
      : { ...shared, adversarial }) as Record<PhotoProgram, Program>,
    exports: {
      [isEncoding ? 'decoder' : 'generator']: (batch) => sample(batch, false),
      ...(isEncoding && { encoder }),
    },
    ...(isEncoding && { endpointExports: { near: near(config), likeness: likeness(config) } }),
  };
}

function named(maps: readonly Tensor[], label: Tensor | undefined): Record<string, Tensor> {
  return { ...Object.fromEntries(maps.map((map, i) => [`map${i + 1}`, map])), ...(label && { drawnLabel: label }) };
}

/** Maps [0, 1] to [-1, 1]. */
function centred(pixels: Tensor): Tensor {
  return tf.sub(tf.mul(pixels, 2), 1);
}
