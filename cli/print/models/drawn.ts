// Prints the output of the commands that generate or repair items.
import type { DrawOutput } from '#client/drawing/output.ts';
import { plural, shareText } from '#core/base/format.ts';
import type { Fitted } from '#core/model/latent/fitted.ts';
import type { CompressionFacts, RepairComparison } from '#core/model/messages/endpoint-api.ts';

const SHOWN_SCORES = 8;
/** Below this, what is decompressed is another picture to a person. */
const LEAST_SSIM = 0.5;

const PRIORS: Readonly<Record<DrawOutput['prior'], string>> = {
  normal: 'the normal prior',
  mixture: 'the mixture prior fitted to its training data',
  flow: 'the flow prior trained with it',
  encoded: 'for the given items',
  none: 'no model',
};
const SIMPLE: Readonly<Record<RepairComparison['simple']['method'], string>> = {
  bilinear: 'as many numbers as its code, enlarged,',
  smooth: 'the smoothest filling',
  median: 'the median of 3 x 3 pixels',
  subtraction: "the noise's spectrum taken away",
  bicubic: 'bicubic interpolation',
  poisson: 'Poisson blending',
};

const COMPARED: Readonly<Record<RepairComparison['on'], string>> = {
  'given image': 'against what was given',
  'known places': 'on known places that were hidden',
  'reduced image': 'against what was given, drawn from a reduced copy',
};

export function printDrawn({
  modelId,
  seed,
  prior,
  output,
  count,
  files,
  comparison,
  fitted,
  compression,
  texts,
  withheld,
  outlierScores,
}: DrawOutput): string {
  if (texts) return texts.join(texts.some((text) => text.includes('\n')) ? '\n\n' : '\n');
  if (files.length === 0) return '';
  const where = files.length === 1 ? files[0] : `${files.length} files, the first ${files[0]}`;
  if (compression) return `${where}: ${compressed(compression)}`;
  if (output === 'code') return `${where}: ${plural(count, 'code')} by model ${modelId}${unlikely(outlierScores)}`;
  if (output === 'morphed') return `${where}: ${plural(count, 'hybrid')}, without a model`;
  if (/\.(txt|csv|jsonl|parquet|abc)$/.test(files[0] ?? '') && (output === 'drawn' || output === 'mean'))
    return `${where}: ${plural(count, itemOf(files[0] ?? ''))} from model ${modelId}, seed ${seed}`;
  const item = itemIn(files[0] ?? '', output);
  const left = withheld ? `; ${plural(withheld, item)} left out, too near to a training item` : '';
  const what = output === 'mean' ? "; each is the decoder's mean" : '';
  const from = prior === 'encoded' ? PRIORS[prior] : `seed ${seed}, ${PRIORS[prior]}`;
  const drawn = output === 'repaired' ? 'repaired by' : `${plural(count, item)} from`;
  const line = `${where}: ${drawn} model ${modelId}${output === 'repaired' ? '' : `, ${from}${what}${left}`}`;
  if (fitted) return `${line}\n${fittedTo(fitted)}`;
  return comparison ? `${line}\n${compared(comparison)}` : line;
}

/** Archives, JSON and arrays hold whatever the model draws. */
function itemIn(file: string, output: DrawOutput['output']): string {
  if (/\.(mid|wav|flac)$/.test(file)) return output === 'drawn' ? 'tune' : 'clip';
  return /\.(zip|json|npy|npz)$/.test(file) ? 'item' : 'image';
}

function itemOf(file: string): string {
  return file.endsWith('.abc') ? 'tune' : file.endsWith('.txt') ? 'text' : 'row';
}

function fittedTo({ steps, before, after, shares = [] }: Fitted): string {
  const distance = `distance from their mean, as the frozen network sees them, ${before.toFixed(2)} at first and ${after.toFixed(2)} in the end`;
  const [share, ...more] = shares;
  const even = more.length > 0 ? ', with even steps in looks' : '';
  const start = share === undefined || even ? even : `, from ${shareText(share)} of the way between their codes`;
  return `fitted to the given photos in ${plural(steps, 'step')}${start}: ${distance}`;
}

/** Names the places of the items whose codes are the least likely. */
function unlikely(scores: DrawOutput['outlierScores'] = []): string {
  const known = scores.flatMap((score, i) => (score === null ? [] : [{ place: i + 1, score }]));
  if (known.length === 0) return '';
  const sorted = known.toSorted((a, b) => b.score - a.score).slice(0, SHOWN_SCORES);
  const said = sorted.map(({ place, score }) => `item ${place} than ${shareText(score)}`);
  return `\nless likely than held-out images, by the density of the code: ${said.join(', ')}`;
}

function compressed(facts: CompressionFacts): string {
  const { method, bytes, bitsPerPixel, psnr, ssim, largestError, modelBytes, modelSsim, webpBytes, webpSsim } = facts;
  const how = method === 'model' ? 'by the model' : 'by WebP, which is smaller here';
  const others = `by the model ${modelBytes} bytes (SSIM ${modelSsim.toFixed(3)}), by WebP ${webpBytes} bytes (SSIM ${webpSsim.toFixed(3)})`;
  const unlike =
    ssim < LEAST_SSIM ? '\nthe images in this file look unlike the given ones; --max-error bounds by how much' : '';
  const most = largestError === undefined ? '' : `, no value off by more than ${largestError} of 255`;
  const loss = largestError === 0 ? 'lossless' : `PSNR ${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)}${most}`;
  return `${bytes} bytes ${how}, ${bitsPerPixel} bits a pixel, ${loss}\n${others}${unlike}`;
}

/** Describes the comparison on the known pixels; for unknown pixels no comparison is possible. */
function compared({ on, model, simple, better }: RepairComparison): string {
  const figures = ({ psnr, ssim }: RepairComparison['model']) => `PSNR ${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)}`;
  const where = COMPARED[on];
  const verdict = better === 'model' ? 'the model is better' : 'the way without a model is better: --method simple';
  return `${where}: model ${figures(model)}; ${SIMPLE[simple.method]} ${figures(simple)}; ${verdict}`;
}
