// Makes a dataset of drawn faces: node examples/faces/make-faces.ts <folder>. Each differs from the others in skin, hair, eyes, mouth,
// place and background.
//   goldpan put <folder> --dataset faces && goldpan fit faces && goldpan sample faces -n 8 --label smiling --out faces.png
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniforms } from '#core/base/random.ts';
import { encodePng } from '#core/pages/png.ts';

const SIDE = 32;
/** Points a side that the colour of a pixel is the mean of. */
const POINTS = 3;
const EACH = Number(process.env.GOLDPAN_EACH ?? 1_000);
const CLASSES = ['smiling', 'serious'] as const;

type Colour = readonly [number, number, number];
/** From 0 to 1, another one for each name. */
type Choose = (name: string) => number;

const SKINS: readonly Colour[] = [
  [247, 208, 176],
  [224, 172, 131],
  [168, 112, 74],
  [104, 66, 44],
];
const HAIRS: readonly Colour[] = [
  [38, 28, 24],
  [110, 68, 36],
  [206, 160, 84],
  [150, 150, 156],
  [170, 60, 40],
];
const DARK: Colour = [30, 24, 28];
const WHITE: Colour = [250, 250, 246];

const between = (least: number, most: number, share: number) => least + (most - least) * share;
const pick = (colours: readonly Colour[], share: number) => colours[Math.floor(share * colours.length)] as Colour;

/** Returns the colour at a point of the picture, from 0 to 1 from left to right and from top to bottom. */
function faceOf(label: (typeof CLASSES)[number], choose: Choose): (x: number, y: number) => Colour {
  const [left, top] = [between(0.44, 0.56, choose('left')), between(0.5, 0.58, choose('top'))];
  const [width, height] = [between(0.25, 0.34, choose('width')), between(0.33, 0.4, choose('height'))];
  const [skin, hair] = [pick(SKINS, choose('skin')), pick(HAIRS, choose('hair'))];
  const hairline = between(-0.62, -0.25, choose('hairline'));
  const isLong = choose('length') < 0.5;
  const hasGlasses = choose('glasses') < 0.3;
  const [apart, size] = [between(0.34, 0.46, choose('apart')), between(0.09, 0.14, choose('size'))];
  const bend = label === 'smiling' ? between(0.5, 1, choose('bend')) : between(-0.35, 0.1, choose('bend'));
  const back = (['red', 'green', 'blue'] as const).map((name) => between(90, 240, choose(name)));
  return (x, y) => {
    // From -1 to 1 across the head and down it.
    const [u, v] = [(x - left) / width, (y - top) / height];
    const isHead = Math.hypot(u, v) < 1;
    const [eyeU, eyeV] = [Math.abs(u) - apart, v + 0.15];
    if (isHead && Math.hypot(eyeU, eyeV) < size) return DARK;
    if (isHead && hasGlasses && Math.abs(Math.hypot(eyeU, eyeV * 1.1) - 0.28) < 0.06) return DARK;
    if (isHead && Math.hypot(eyeU, eyeV * 1.3) < size * 1.7) return WHITE;
    if (isHead && Math.abs(u) < 0.5 && Math.abs(v - 0.5 - bend * (0.12 - u * u)) < 0.08) return [176, 48, 56];
    const isHair = Math.hypot(u * 0.9, v * 0.9) < 1 && (v < hairline || (isLong && Math.abs(u) > 0.85 && v < 0.7));
    if (isHair) return hair;
    if (isHead) return skin;
    if (isLong && Math.abs(u) < 1.12 && v > -0.2 && v < 0.75 && Math.abs(u) > 0.75) return hair;
    return back.map((value) => value * between(1, 0.8, y)) as unknown as Colour;
  };
}

function draw(at: (x: number, y: number) => Colour): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const sum = [0, 0, 0];
      for (let point = 0; point < POINTS ** 2; point++) {
        const x = (column + ((point % POINTS) + 0.5) / POINTS) / SIDE;
        const y = (row + (Math.floor(point / POINTS) + 0.5) / POINTS) / SIDE;
        for (const [channel, value] of at(x, y).entries()) sum[channel] = (sum[channel] as number) + value;
      }
      for (const [channel, value] of sum.entries()) pixels[(row * SIDE + column) * 3 + channel] = value / POINTS ** 2;
    }
  return pixels;
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name a folder: node examples/faces/make-faces.ts <folder>');
for (const label of CLASSES) {
  mkdirSync(join(folder, label), { recursive: true });
  for (let place = 0; place < EACH; place++) {
    const choose: Choose = (name) => uniforms(place, `${label}/${name}`, 1)[0] as number;
    const pixels = draw(faceOf(label, choose));
    const file = join(folder, label, `${String(place).padStart(4, '0')}.png`);
    writeFileSync(file, encodePng({ width: SIDE, height: SIDE, channels: 3, pixels }));
  }
}
