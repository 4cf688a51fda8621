// Draws one item of each of two classes, and the steps from the one to the other.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCardOf } from '#core/model/messages/card.ts';
import type { Context } from '../../context.ts';
import { checkedDataset } from '../../datasets/checked-dataset.ts';
import { showModel } from '../../models/models.ts';
import { servingModelId } from '../../models/serving-model.ts';
import { drawSamples } from '../draw.ts';
import type { DrawOutput } from '../output.ts';
import { drawStrip } from './mix.ts';

export type BetweenLabelsOptions = {
  /** The classes of the two ends. */
  readonly labels: readonly string[];
  readonly steps: number;
  readonly seed: number | undefined;
  readonly model: string | undefined;
  readonly out: string | undefined;
};

/** The same model and seed draw the same ends. Throws ClientFailure for a model without these classes, and what drawSamples throws. */
export async function drawBetweenLabels(
  context: Context,
  givenDataset: string,
  { labels, steps, seed, model, out }: BetweenLabelsOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const modelId = model ?? (await servingModelId(context, dataset));
  const { card } = await showModel(context, dataset, modelId);
  const isText = isCardOf(card, 'text');
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-ends-'));
  try {
    const ends: string[] = [];
    let drawn = seed;
    for (const [place, label] of labels.entries()) {
      const written = join(folder, isText ? `${place}.txt` : String(place));
      const request = { n: 1, label, seed: drawn, model: modelId };
      const end = await drawSamples(context, dataset, 'sample', { out: written, count: 1, request });
      drawn ??= end.seed;
      const [file = written] = end.files;
      ends.push(isText ? readFileSync(file, 'utf8').trimEnd() : file);
    }
    const [from = '', to = ''] = ends;
    const strip = await drawStrip(context, dataset, { from, to, labels, steps, model: modelId, out });
    return { ...strip, seed: drawn ?? strip.seed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
