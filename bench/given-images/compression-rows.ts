// Compares bits per pixel of held-out images at the same SSIM: files of the endpoint beside WebP and JPEG.
import sharp, { type Sharp } from 'sharp';
import { CompressionAnswer } from '#core/model/messages/endpoint-api.ts';
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import { psnr } from '#core/similarity/fidelity/psnr.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';
import { lowerIsBetter, type Row } from '../benchmark.ts';
import type { ServedModel } from './served-model.ts';

/** Coarseness of the codes, in deviations of the prior. */
const STEPS = [1, 0.5, 0.25, 0.125];
const LOSSLESS = { maxError: 0 };
const QUALITIES = [1, 2, 3, 5, 8, 12, 16, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100];

type Coded = { readonly bitsPerPixel: number; readonly psnr: number; readonly ssim: number };
type Curve = { readonly name: string; readonly points: readonly Coded[] };
type Peer = { readonly name: string; encode(raw: Sharp, quality: number): Sharp };

const PEERS: readonly Peer[] = [
  { name: 'WebP', encode: (raw, quality) => raw.webp({ quality, effort: 6 }) },
  { name: 'JPEG (MozJPEG)', encode: (raw, quality) => raw.jpeg({ quality, mozjpeg: true }) },
];

export async function compressionRows(served: ServedModel): Promise<Row[]> {
  const rows: Row[] = [];
  const curves = await Promise.all(
    PEERS.flatMap((peer) => [curveOf(served, peer, false), curveOf(served, peer, true)]),
  );
  for (const step of STEPS) {
    const ours = await byModel(served, { step });
    for (const { name, points } of curves) {
      const alike = points.find((point) => point.ssim >= ours.ssim);
      if (!alike) continue;
      const told = `SSIM ${ours.ssim.toFixed(3)} (PSNR ${ours.psnr.toFixed(1)} dB, peer ${alike.psnr.toFixed(1)})`;
      rows.push(bits(`codes in steps of ${step}: ${told}`, ours.bitsPerPixel, alike.bitsPerPixel, name));
    }
  }
  const exact = await byModel(served, LOSSLESS);
  const [webp, png] = [
    await asSheet(served, (raw) => raw.webp({ lossless: true, effort: 6 })),
    await asSheet(served, (raw) => raw.png({ compressionLevel: 9, adaptiveFiltering: true })),
  ];
  rows.push(bits('lossless', exact.bitsPerPixel, webp.bitsPerPixel, 'WebP, all in one sheet'));
  rows.push(bits('lossless', exact.bitsPerPixel, png.bitsPerPixel, 'PNG, all in one sheet'));
  return rows;
}

/** Returns the file of the model, even if the endpoint would send a smaller WebP. */
async function byModel({ images, card, ask, png }: ServedModel, how: object): Promise<Coded> {
  const items = images.map((image) => ({ image: png(image) }));
  const { bytes } = await ask('compress', { items, ...how }, 'application/json');
  const { modelBytes, modelPsnr, modelSsim } = CompressionAnswer.parse(JSON.parse(bytes.toString()));
  const pixels = images.length * card.input.width * card.input.height;
  return { bitsPerPixel: (8 * modelBytes) / pixels, psnr: modelPsnr, ssim: modelSsim };
}

/** Points of rising quality. */
async function curveOf(served: ServedModel, { name, encode }: Peer, isSheet: boolean): Promise<Curve> {
  const points: Coded[] = [];
  for (const quality of QUALITIES)
    points.push(await (isSheet ? asSheet : oneByOne)(served, (raw) => encode(raw, quality)));
  return { name: `${name}, ${isSheet ? 'all in one sheet' : 'a file each'}`, points };
}

type Encode = (raw: Sharp) => Sharp;

async function oneByOne({ images, card: { input } }: ServedModel, encode: Encode): Promise<Coded> {
  const { width, height, channels } = input;
  let bytes = 0;
  const decoded: Uint8Array[] = [];
  for (const image of images) {
    const file = await encode(sharp(image, { raw: { width, height, channels } })).toBuffer();
    bytes += file.length;
    decoded.push(await pixelsOf(file, channels));
  }
  return coded(bytes, images, decoded, input);
}

/** Stacks the images into one: a single header is fairer to formats for larger images. */
async function asSheet({ images, card: { input } }: ServedModel, encode: Encode): Promise<Coded> {
  const { width, height, channels } = input;
  const raw = { width, height: height * images.length, channels };
  const file = await encode(sharp(Buffer.concat(images), { raw })).toBuffer();
  const sheet = await pixelsOf(file, channels);
  const size = width * height * channels;
  return coded(
    file.length,
    images,
    images.map((_, i) => sheet.subarray(i * size, (i + 1) * size)),
    input,
  );
}

async function pixelsOf(file: Uint8Array, channels: number): Promise<Uint8Array> {
  return sharp(file)
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
}

function coded(bytes: number, images: readonly Uint8Array[], decoded: readonly Uint8Array[], size: ImageSize): Coded {
  const joined = (parts: readonly Uint8Array[]) => ({
    items: parts.length,
    size: size.width * size.height * size.channels,
    bytes: Buffer.concat(parts),
  });
  const [a, b] = [joined(images), joined(decoded)];
  const bitsPerPixel = (8 * bytes) / (images.length * size.width * size.height);
  return { bitsPerPixel, psnr: psnr(a, b), ssim: ssim(a, b, size) };
}

function bits(metric: string, ours: number, peer: number, peerName: string): Row {
  return lowerIsBetter({ metric, unit: 'bits a pixel', ours, peer, peerName, goal: 1 });
}
