// Compares the measures of an image with the rules.

import { type RuleSetting, thresholdOf } from '../define/rule.ts';
import type { RulesInForce } from '../define/rules-in-force.ts';
import { type Finding, shownNumber } from '../judge-findings.ts';
import type { ImageConfig } from './config.ts';
import type { ImageHeader } from './header.ts';
import type { ImageMeasures, ToneRange } from './measure.ts';
import type { IMAGE_RULES } from './rules.ts';

type RuleCode = keyof typeof IMAGE_RULES;
export type MeasuredImage = ImageMeasures & ToneRange;
/** `noisy` is judged before the filter, the rest after it. */
type Facts = { readonly measured: MeasuredImage; readonly header: ImageHeader; readonly path: string };

/** Returns every finding; the rules in force decide what happens. */
export function judgeImage({ measured, header, path }: Facts, image: ImageConfig, rules: RulesInForce): Finding[] {
  const findings: Finding[] = [];
  const bound = (code: RuleCode, setting: string, side: 'least' | 'most', value: number) => {
    const limit = thresholdOf(rules[code] as RuleSetting, setting);
    if (side === 'least' ? value >= limit : value <= limit) return;
    const allowed = `at ${side} ${limit}`;
    findings.push({ code, place: { path }, given: shownNumber(value), allowed });
  };
  const { width, height } = header;
  bound('image.near-uniform', 'max', 'most', measured.uniformity);
  bound('image.low-information', 'min', 'least', measured.entropy);
  // A blank picture is not blurry, but blank.
  if (findings.length === 0) bound('image.blurry', 'min', 'least', measured.sharpness);
  bound('image.dark', 'min', 'least', measured.lightest);
  bound('image.light', 'max', 'most', measured.darkest);
  bound('image.odd-aspect', 'min', 'least', Math.min(width / height, height / width));
  const before = findings.length;
  bound('image.odd-size', 'minSide', 'least', Math.min(width, height));
  if (findings.length === before) bound('image.odd-size', 'maxSide', 'most', Math.max(width, height));
  if (findings.length === before) bound('image.odd-size', 'maxEnlargement', 'most', enlargement(header, image));
  if (image.channels === 3) bound('image.grey', 'min', 'least', measured.colourfulness);
  if (rules['image.noisy']?.action !== 'fix') bound('image.noisy', 'max', 'most', measured.noise);
  return findings;
}

function enlargement({ width, height }: ImageHeader, image: ImageConfig): number {
  const [across, down] = [image.width / width, image.height / height];
  return image.fit === 'contain' ? Math.min(across, down) : Math.max(across, down);
}
