// Clean pictures in two classes, and copies of some: equal ones and almost equal ones, half of each under the other class.
import sharp, { type Sharp } from 'sharp';
import { cleanPicture, type Dice, diceOf, encodePicture, open, type Raw } from './pictures.ts';

const CLEAN = 240;
const CLASSES = ['a', 'b'] as const;

/** Paths of two pictures. */
export type Pair = readonly [string, string];
export type PlantedCopies = {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly equal: readonly Pair[];
  readonly near: readonly Pair[];
  /** Of all copies, those that lie under another class than their original. */
  readonly conflicting: readonly Pair[];
};

/** What happens to a picture that is put somewhere a second time. */
const CHANGES: readonly ((raw: Raw, dice: Dice) => Sharp | Promise<Sharp>)[] = [
  async (raw) => sharp(await open(raw).jpeg({ quality: 50 }).toBuffer()),
  (raw, dice) => open(raw).resize(Math.round(raw.width * dice(0.5, 0.9))),
  (raw, dice) => open(raw).linear(dice(0.8, 1.2), dice(-12, 12)),
  (raw, dice) => {
    const cut = Math.round(raw.width * dice(0.01, 0.03));
    return open(raw).extract({ left: cut, top: cut, width: raw.width - 2 * cut, height: raw.height - 2 * cut });
  },
];

/** `ofEach`: of equal copies; of almost equal ones twice as many. Each copies another picture. */
export async function plantedCopies(ofEach: number): Promise<PlantedCopies> {
  const files = new Map<string, Uint8Array>();
  const [equal, near, conflicting]: [Pair[], Pair[], Pair[]] = [[], [], []];
  const put = async (name: string, picture: Sharp | Raw, seed: number) => {
    const { bytes, ending } = await encodePicture(picture, seed);
    const path = `${name}.${ending}`;
    files.set(path, bytes);
    return path;
  };
  for (let i = 0; i < CLEAN; i++) {
    const [label, other] = i % 2 === 0 ? CLASSES : CLASSES.toReversed();
    const raw = cleanPicture(30_000 + i);
    // Every second one is PNG, whose copies are equal.
    const original = await put(`${label}/${i}`, raw, i);
    const wanted = original.endsWith('.png') && equal.length < ofEach ? equal : near;
    if (wanted === near && near.length >= 2 * ofEach) continue;
    // Half of the copies of each sort.
    const copyIn = Math.floor(wanted.length / CHANGES.length) % 2 === 0 ? label : other;
    const change = CHANGES[near.length % CHANGES.length] as (typeof CHANGES)[number];
    const copy =
      wanted === equal
        ? await put(`${copyIn}/${i} (1)`, open(raw).png({ compressionLevel: 1 }), 1)
        : await put(`${copyIn}/${i} new`, await change(raw, diceOf(i, 'copy')), i + 1);
    wanted.push([original, copy]);
    if (copyIn !== label) conflicting.push([original, copy]);
  }
  return { files, equal, near, conflicting };
}
