// Prints the output of `models list`, `show`, `promote` and `rollback`.
import type { LinksOutput, ModelOutput, ModelsOutput, PromotionOutput } from '#client/models/output.ts';
import { count } from '#core/base/format.ts';
import type { ModelInput } from '#core/model/messages/card.ts';
import { amountOf, metricTitle, spoken } from '#core/model/metrics.ts';
import { table } from '../../terminal/format.ts';

export function printModels({ dataset, models }: ModelsOutput): string {
  if (models.length === 0) return `${dataset} has no model yet. Train one: goldpan fit ${dataset}`;
  const rows = models.map(({ modelId, latentDim, trainItems, metrics, current }) => [
    current ? '*' : ' ',
    modelId,
    String(latentDim),
    `${count(trainItems)} items`,
    spoken(metrics.selection, metrics.figures[metrics.selection] ?? Number.NaN),
  ]);
  return table([[' ', 'model', 'latent', 'trained on', 'on the test split'], ...rows]);
}

const INPUT: { readonly [K in ModelInput['kind']]: (input: Extract<ModelInput, { kind: K }>) => string } = {
  image: ({ width, height, channels }) => `${width} x ${height} x ${channels}`,
  audio: ({ sampleRate, seconds, width, height }) =>
    `clips of ${seconds} s at ${sampleRate} Hz, as ${height} bands x ${width} frames`,
  table: ({ columns, codes }) => {
    const notes = columns.flatMap(({ name, made, note }) => (note ? [`${name} is ${made}: ${note}`] : []));
    return `${columns.length} columns, ${codes} codes${notes.map((note) => `\n${note}`).join('')}`;
  },
  text: ({ unit, symbols, maxLength }) => `texts up to ${maxLength} ${unit}s, ${symbols} symbols`,
};

export function printModel({ current, card }: ModelOutput): string {
  const { modelId, runId, snapshotId, family, input, latentDim, trainItems, metrics, license, labels, files } = card;
  const rows = [
    ['model', `${modelId}${current ? ' (serves now)' : ''}`],
    ['run', runId],
    ['snapshot', snapshotId],
    ['family', `${family}, latent ${latentDim}, ${INPUT[input.kind](input as never)}`],
    ['trained on', `${count(trainItems)} items${labels.length > 0 ? `, ${labels.length} labels` : ''}`],
    ...Object.entries(metrics.figures).map(([name, value]) => [metricTitle(name), amountOf(name, value)]),
    ['licence', license ?? 'none stated'],
    ['files', Object.keys(files).sort().join(', ')],
  ];
  return table(rows);
}

export function printLinks({ modelId, seconds, files }: LinksOutput): string {
  const links = Object.entries(files).map(([file, url]) => `${file}\n  ${url}`);
  return [`${modelId}: these links work for ${Math.round(seconds / 60)} minutes, without credentials.`, ...links].join(
    '\n',
  );
}

export function printPromotion({ dataset, modelId, promoted, reason, current }: PromotionOutput): string {
  const serves = current === null ? 'No model serves.' : `${current} serves.`;
  if (promoted) return reason ? `${modelId} serves now: ${reason.replace(/\.$/, '')}.` : `${modelId} serves now.`;
  const worse = reason?.includes('worse')
    ? `\nTo promote it anyway: goldpan models promote ${dataset} ${modelId} --force`
    : '';
  return `Nothing was changed: ${reason ?? 'no reason was given'}. ${serves}${worse}`.replace('..', '.');
}
