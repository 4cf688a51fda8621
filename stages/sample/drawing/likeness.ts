// Compares drawings of a photo model with given photos, in ONNX Runtime: one network computes the maps of photos, the other the distance of
// the drawing of a code from such maps, and the derivative of the distance with respect to the code.
import { nearMapsOf } from '#core/model/latent/near-maps.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import { Tensor } from '#core/model/onnx-runtime.ts';
import { openOnnxSession, runOnnxOutputs } from './onnx-session.ts';
import { conditioningClasses } from './prior.ts';

const WHITE = 255;

/** Values of the maps of one image by their names, each [height, width, channels]. */
export type NearMaps = Readonly<Record<string, Float32Array>>;
/** A code with the shares of the classes, and the maps that its drawing shall have. */
export type Aim = { readonly z: Float32Array; readonly classWeights: Float32Array; readonly wanted: NearMaps };
export type Slope = { readonly distance: number; readonly gradient: Float32Array };

/** Takes one image and one code at a time, so that the result does not depend on how many are asked for. */
export type Likeness = {
  /** Returns the maps of an image, uint8 [height, width, channels]. */
  mapsOf(image: Uint8Array): Promise<NearMaps>;
  slopeAt(aim: Aim): Promise<Slope>;
  /** Releases the sessions' memory, which is outside the JavaScript heap. */
  close(): Promise<void>;
};
type Files = { readonly near: Uint8Array; readonly likeness: Uint8Array };
export type OpenLikeness = (
  files: Files,
  card: Pick<CardOf<'image' | 'audio'>, 'input' | 'latentDim' | 'labels' | 'train' | 'latent'>,
) => Promise<Likeness>;

/** Throws CorruptObjectError for files that are no such networks of the card's model. */
export function openLikenessWith(threads: number): OpenLikeness {
  return async (files, { input, latentDim, ...card }) => {
    const { width, height, channels } = input;
    const classes = conditioningClasses(card);
    const maps = nearMapsOf(input);
    const shapes = Object.fromEntries(maps.map(({ name, shape }) => [name, shape]));
    const near = await openOnnxSession(files.near, threads, {
      inputs: { x: [height, width, channels] },
      outputs: shapes,
    });
    const likeness = await openOnnxSession(files.likeness, threads, {
      inputs: { z: [latentDim], ...(classes > 0 && { label: [classes] }), weight: [], ...shapes },
      outputs: { gradient: [latentDim], distance: [] },
    });
    const names = maps.map(({ name }) => name);
    return {
      mapsOf(image) {
        const x = new Tensor(
          'float32',
          Float32Array.from(image, (v) => v / WHITE),
          [1, height, width, channels],
        );
        return runOnnxOutputs(near, { x }, names);
      },
      async slopeAt({ z, classWeights, wanted }) {
        const feeds = {
          z: new Tensor('float32', z, [1, latentDim]),
          ...(classes > 0 && { label: new Tensor('float32', classWeights, [1, classes]) }),
          weight: new Tensor('float32', Float32Array.of(1), [1]),
          ...Object.fromEntries(
            maps.map(({ name, shape }) => [name, new Tensor('float32', wanted[name] as Float32Array, [1, ...shape])]),
          ),
        };
        const { gradient, distance } = await runOnnxOutputs(likeness, feeds, ['gradient', 'distance']);
        return { gradient: gradient as Float32Array, distance: distance?.[0] as number };
      },
      async close() {
        await Promise.all([near.release(), likeness.release()]);
      },
    };
  };
}
