// The stored form of a template, with which the subject is found in a photo that is not in the snapshot.
import * as z from 'zod';
import { WINDOW } from './feature-grid.ts';
import type { SubjectTemplate } from './fit-template.ts';

const DIGITS = 6;
/** Margin of templates that do not name one. */
const FIRST_MARGIN = 1.12;

const numbers = z.array(z.number());

/** `template` [window, window, channels]; `mean` and `deviation` [channels], of the network's map before it is compared. */
export const TemplateFile = z.object({
  schemaVersion: z.literal(1),
  network: z.literal('lite0-stride16'),
  window: z.literal(WINDOW),
  channels: z.int().positive(),
  margin: z.number().positive().default(FIRST_MARGIN),
  template: numbers,
  mean: numbers,
  deviation: numbers,
});
export type TemplateFile = z.infer<typeof TemplateFile>;

export function templateFileOf({ template, scale, channels, margin }: SubjectTemplate): TemplateFile {
  const rounded = (values: Float64Array) => Array.from(values, (value) => Number(value.toPrecision(DIGITS)));
  return {
    schemaVersion: 1,
    network: 'lite0-stride16',
    window: WINDOW,
    channels,
    margin,
    template: rounded(template),
    mean: rounded(scale.mean),
    deviation: rounded(scale.deviation),
  };
}

export function templateOfFile({ template, mean, deviation, channels, margin }: TemplateFile): SubjectTemplate {
  return {
    template: Float64Array.from(template),
    scale: { mean: Float64Array.from(mean), deviation: Float64Array.from(deviation) },
    channels,
    margin,
  };
}
