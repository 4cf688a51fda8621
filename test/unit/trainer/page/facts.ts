// A run as its page is handed it: a VAE half way, and the same at its end.
import type { ImageMetrics } from '#core/model/messages/image-metrics.ts';
import type { LatentFacts } from '#core/model/messages/latent-facts.ts';
import type { PhotoMetrics } from '#core/model/messages/photo-metrics.ts';
import type { EpochMetrics } from '#core/model/messages/run.ts';
import type { RunPage } from '../../../../containers/trainer/page/run-page.ts';
import { jobFor } from '../squares.ts';

const LAYERS = ['conv1', 'conv2', 'zMean', 'zLogVar'];
/** A black pixel. */
const SOURCE = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAAAAACwAAAAAAQABAAACAkQBADs=';

function epoch(place: number): EpochMetrics {
  const fall = 1 / place;
  const layers = (prefix: string, scale: number) =>
    LAYERS.map((layer, i) => [`${prefix}/${layer}/kernel`, (scale * (1 + i)) / place] as const);
  return {
    epoch: place,
    step: place * 400,
    train: { loss: 100 + 90 * fall, reconstructionLoss: 78 + 80 * fall, klLoss: 22 + 10 * fall },
    validation: { negativeElbo: 101 + 80 * fall, reconstructionLoss: 79 + 70 * fall, klLoss: 22 + 10 * fall },
    selection: 'negativeElbo',
    schedule: { learningRate: 1e-3, beta: 1 },
    norms: {
      gradients: Object.fromEntries([...layers('encoder', 1e-3), ...layers('decoder', 1e-2)]),
      activations: Object.fromEntries(LAYERS.map((layer, i) => [`encoder/${layer}`, 0.5 + i / 10])),
    },
    seconds: 21.4,
    itemsPerSecond: 2_480,
    memoryMiB: 912,
  };
}

export const IMAGES: ImageMetrics = {
  n: 1000,
  features: {
    sha256: 'a'.repeat(64),
    learnedFrom: 'labels',
    classes: 10,
    dimensions: 64,
    steps: 2000,
    accuracy: 0.991,
  },
  figures: [
    {
      name: 'kid',
      better: 'lower',
      model: 0.061,
      interval: { low: 0.055, high: 0.068 },
      real: 0.0004,
      realInterval: { low: -0.0006, high: 0.0021 },
      baseline: 0.92,
    },
    { name: 'recall', better: 'higher', model: 0.6, interval: null, real: 0.82, realInterval: null, baseline: 0.1 },
    { name: 'psnr', better: 'higher', model: 21.2, interval: null, real: null, realInterval: null, baseline: 18.3 },
  ],
  ladder: [
    { degradation: 'blur 0.7', kid: 0.021 },
    { degradation: 'blur 1.5', kid: 0.31 },
    { degradation: 'noise 0.2', kid: 0.52 },
  ],
  baselineComponents: 32,
};

const PHOTOS: PhotoMetrics = {
  network: 'EfficientNet-Lite2',
  n: 200,
  trainItems: 400,
  figures: [
    { name: 'kid', better: 'lower', model: 0.14, real: 0.002, baseline: 0.81 },
    { name: 'nearestTraining', better: 'higher', model: 20.2, real: 20.1, baseline: null },
  ],
  byClass: [
    { label: 0, items: 100, model: 0.9, real: 0.88 },
    { label: 1, items: 100, model: 0.94, real: 0.93 },
  ],
};

const figure = (name: string, better: 'lower' | 'higher', value: number) =>
  ({ name, better, value, interval: { low: value - 0.01, high: value + 0.01 } }) as const;

export const LATENT: LatentFacts = {
  activeUnits: 30,
  alarm: null,
  mixture: null,
  prior: 'flow',
  reason: 'the flow prior lowers the held-out bound',
  priors: [
    {
      prior: 'normal',
      heldOut: { nats: 120.5, low: 119, high: 122 },
      trained: 119.5,
      figures: [figure('kid', 'lower', 0.09)],
    },
    {
      prior: 'flow',
      heldOut: { nats: 101.25, low: 100, high: 102.5 },
      trained: 98.75,
      figures: [figure('kid', 'lower', 0.03), figure('classAccuracy', 'higher', 0.97)],
    },
  ],
  base: {
    rows: 1000,
    meanOff: 0.05,
    varianceOff: 0.11,
    energy: 0.012,
    energyOfNormal: 0.004,
    energyOfShifted: 0.17,
    isNormal: true,
  },
  flowTuning: { steps: 750, untuned: 19.62, tuned: 19.41 },
};

export function runningPage(epochs = 12): RunPage {
  const picture = (label: string, side: number) => ({ label, source: SOURCE, width: side, height: side });
  return {
    job: jobFor({ epochs: 30, from: 'vae-0a1b2c3d4e5f' }),
    status: 'running',
    reason: null,
    modelId: null,
    epochs: Array.from({ length: epochs }, (_, i) => epoch(i + 1)),
    metrics: null,
    latent: null,
    cost: { seconds: 260, usd: 0.0152, basis: 'assumed: g4dn.xlarge, spot, about 0.21 USD an hour' },
    writtenAt: '2026-11-23 22:14:03',
    strip: Array.from({ length: epochs }, (_, i) => picture(`epoch ${i + 1}`, 112)),
    latest: picture(`after epoch ${epochs}`, 224),
    labels: ['cat', 'dog'],
    nearest: null,
  };
}

export function endedPage(): RunPage {
  const figures = {
    negativeElbo: 101.5,
    reconstructionLoss: 79,
    klLoss: 22.5,
    floor: 45.5,
    kid: 0.061,
    recall: 0.6,
    psnr: 21.2,
  };
  const metrics = {
    items: 7_000,
    selection: 'negativeElbo',
    figures,
    images: IMAGES,
    importance: { k: 50, items: 500, nats: 98.2 },
    photos: PHOTOS,
  };
  const nearest = { label: 'nearest training photos', source: SOURCE, width: 224, height: 224 };
  return { ...runningPage(30), status: 'succeeded', modelId: 'vae-0a1b2c3d4e5f', metrics, latent: LATENT, nearest };
}
