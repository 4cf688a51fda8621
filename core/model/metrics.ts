// Named numbers with units: the losses and metrics of all model families, and their formatting for people.
import * as z from 'zod';

export const MetricValues = z.record(z.string(), z.number());
export type MetricValues = z.infer<typeof MetricValues>;

type Wording = {
  readonly title: string;
  /** Empty if the number has no unit. */
  readonly unit: string;
  readonly digits: number;
};

/** Titles of the known metrics; any other is shown by its name. */
const WORDING: Readonly<Record<string, Wording>> = {
  negativeElbo: { title: 'held-out ELBO', unit: 'nats', digits: 2 },
  mixtureElbo: { title: 'held-out ELBO under the mixture that it draws from', unit: 'nats', digits: 2 },
  weightedElbo: { title: 'held-out loss, KL weighted by beta', unit: 'nats', digits: 2 },
  reconstructionLoss: { title: 'reconstruction', unit: 'nats', digits: 2 },
  klLoss: { title: 'KL', unit: 'nats', digits: 2 },
  excess: { title: 'gap to the entropy bound', unit: 'nats', digits: 2 },
  bitsPerDim: { title: 'bits a value', unit: '', digits: 3 },
  mutualInformation: { title: 'information of codes about their texts', unit: 'nats', digits: 2 },
  activeUnits: { title: 'latents in use', unit: '', digits: 0 },
  heldOutLogit: { title: "critic's logit of held-out images", unit: '', digits: 3 },
  floor: { title: 'entropy bound of the pixels', unit: 'nats', digits: 2 },
  kid: { title: 'KID', unit: '', digits: 5 },
  fid: { title: 'FID', unit: '', digits: 3 },
  precision: { title: 'precision', unit: '', digits: 3 },
  recall: { title: 'recall', unit: '', digits: 3 },
  density: { title: 'density', unit: '', digits: 3 },
  coverage: { title: 'coverage', unit: '', digits: 3 },
  classAccuracy: { title: 'asked class drawn', unit: '', digits: 3 },
  featureDiversity: { title: 'diversity, as a share of that of real photos', unit: '', digits: 3 },
  nearestTraining: { title: 'distance to the nearest training photo, median', unit: '', digits: 2 },
  featureKid: { title: 'KID in the features that taught the model', unit: '', digits: 2 },
  psnr: { title: 'PSNR', unit: 'dB', digits: 2 },
  ssim: { title: 'SSIM', unit: '', digits: 3 },
  negativeLogLikelihood: { title: 'held-out log likelihood, negative', unit: 'nats', digits: 3 },
  classes: { title: 'classes', unit: '', digits: 0 },
  quality: { title: 'SDMetrics Quality', unit: '', digits: 4 },
  columnShapes: { title: 'Column Shapes', unit: '', digits: 4 },
  columnPairTrends: { title: 'Column Pair Trends', unit: '', digits: 4 },
  marginals1: { title: 'accuracy of columns', unit: '', digits: 4 },
  marginals2: { title: 'accuracy of pairs', unit: '', digits: 4 },
  marginals3: { title: 'accuracy of triples', unit: '', digits: 4 },
  marginalDistance: { title: 'distance of pairs of columns', unit: '', digits: 4 },
  detection: { title: 'detection AUC, boosted trees', unit: '', digits: 3 },
  diagnostic: { title: 'SDMetrics Diagnostic', unit: '', digits: 4 },
  dataValidity: { title: 'Data Validity', unit: '', digits: 4 },
  lateDetection: { title: 'detection AUC, last columns given', unit: '', digits: 3 },
  targetGiven: { title: "AUC of the model's own predictions", unit: '', digits: 4 },
  tstrOthers: { title: 'AUC trained on drawn rows, other columns', unit: '', digits: 4 },
  tstr: { title: 'AUC trained on drawn rows', unit: '', digits: 4 },
  rulesHeld: { title: 'rows that satisfy the schema at the first draw', unit: '', digits: 4 },
  missingSimilarity: { title: 'missing-value similarity', unit: '', digits: 4 },
  nats: { title: 'held-out nats a row', unit: 'nats', digits: 2 },
  dcrShare: { title: 'nearest row is a training row', unit: '', digits: 3 },
  copies: { title: 'copies of training rows', unit: '', digits: 5 },
  distinct: { title: 'distinct rows', unit: '', digits: 4 },
  labelAccuracy: { title: 'asked class heard, after WAV', unit: '', digits: 3 },
  labelAccuracyMel: { title: 'asked class seen in the mel picture', unit: '', digits: 3 },
  kidWav: { title: 'KID, after WAV', unit: '', digits: 4 },
  kidMel: { title: 'KID of the mel pictures', unit: '', digits: 4 },
  fadWav: { title: 'FAD (Fréchet distance), after WAV', unit: '', digits: 2 },
  classVariance: { title: 'variance within a class, as a share of that of real clips', unit: '', digits: 2 },
  nearestDecibels: { title: 'distance to the nearest training clip, median', unit: 'dB', digits: 2 },
  copiedClips: { title: 'near-copies of training clips', unit: '', digits: 3 },
  siSdr: { title: 'SI-SDR of reconstructions as sounds', unit: 'dB', digits: 1 },
  closerShare: { title: 'nearest clip is a training clip', unit: '', digits: 3 },
  logSpectralDistance: { title: 'log-spectral distance of reconstructions', unit: 'dB', digits: 2 },
  bitsPerSymbol: { title: 'held-out bits a symbol', unit: '', digits: 3 },
  bits: { title: 'bits a symbol, held out', unit: '', digits: 3 },
  plausible: { title: 'plausible to an n-gram model', unit: '', digits: 3 },
  novelty: { title: 'not a training text', unit: '', digits: 3 },
  nearCopies: { title: 'one edit from a training text', unit: '', digits: 3 },
  distinctTexts: { title: 'distinct texts', unit: '', digits: 3 },
  distinct2: { title: 'distinct pairs of symbols', unit: '', digits: 3 },
  distinct3: { title: 'distinct triples of symbols', unit: '', digits: 3 },
  fullBars: { title: 'inner bars as long as the metre says', unit: '', digits: 3 },
  readTunes: { title: 'tunes that players read', unit: '', digits: 3 },
  selfBleu: { title: 'self-BLEU, 1 to 3 symbols', unit: '', digits: 3 },
  meanLength: { title: 'length', unit: 'symbols', digits: 2 },
  askedClass: { title: 'asked class found', unit: '', digits: 3 },
  exact: { title: 'exact answers', unit: '', digits: 4 },
  tokenErrors: { title: 'token error rate', unit: '', digits: 4 },
  chrf: { title: 'chrF', unit: '', digits: 2 },
  latents: { title: 'latents', unit: '', digits: 0 },
  loss: { title: 'loss', unit: '', digits: 2 },
};

export function metricTitle(name: string): string {
  return WORDING[name]?.title ?? name;
}

/** `101.50 nats` */
export function amountOf(name: string, value: number): string {
  const { unit, digits } = WORDING[name] ?? { unit: '', digits: 4 };
  return unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`;
}

/** `held-out ELBO 101.50 nats` */
export function spoken(name: string, value: number): string {
  return `${metricTitle(name)} ${amountOf(name, value)}`;
}
