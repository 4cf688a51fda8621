// Known defects are planted in clean texts and sounds, and the rules are asked for them: precision and recall of each.
import { checkAudioFile, DECODE_PROCESS } from '#core/audio/check.ts';
import { openDecoder } from '#core/audio/decoder.ts';
import { type AudioDataset, effectiveConfig, type TextDataset } from '#core/config.ts';
import type { IssueCode } from '#core/issues.ts';
import { checkTextFile } from '#core/text/clean-texts.ts';
import { type Benchmark, higherIsBetter, type Row } from './benchmark.ts';
import { cleanSounds, plantedSounds } from './planted/sounds.ts';
import { cleanTexts, plantedTexts } from './planted/texts.ts';

/** What a rule has to reach here: the data are synthetic, so a miss is a fault of the rule. */
const GOAL = 0.95;

/** `defect`: the code that is to be found in it; undefined for a clean one. */
export type Planted = { readonly bytes: Uint8Array; readonly defect?: IssueCode };
export type Score = {
  readonly code: IssueCode;
  readonly planted: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
};

export const plantedTextAudio: Benchmark = {
  sentence: 'Planted defects in texts and sounds: F1 of each rule, beside the goal.',
  async run() {
    const texts = await scoreTexts(plantedTexts(cleanTexts()));
    const sounds = await scoreSounds(plantedSounds(cleanSounds()));
    return { versions: {}, rows: [...texts, ...sounds].flatMap(rowsOf) };
  },
};

export function scoreTexts(planted: readonly Planted[]): Promise<Score[]> {
  const config = effectiveConfig({ kind: 'text', text: { unit: 'file', maxLength: 100_000 } } as never, undefined);
  return score(planted, async (bytes, path) => {
    const found: Found[] = [];
    for await (const cleaned of checkTextFile({ path, bytes }, config as TextDataset)) found.push(cleaned);
    return found.flatMap(codesOf);
  });
}

/** With every rule looking only, so that what is mended shows, too. */
export async function scoreSounds(planted: readonly Planted[]): Promise<Score[]> {
  const rules = { 'audio.dc-offset': { action: 'flag' } };
  const audio = { sampleRate: 8000, seconds: 1 };
  const config = effectiveConfig({ kind: 'audio', audio, rules } as never, undefined) as AudioDataset;
  const decoder = openDecoder(DECODE_PROCESS);
  try {
    return await score(planted, async (bytes, path) => codesOf(await checkAudioFile({ path, bytes }, config, decoder)));
  } finally {
    decoder.close();
  }
}

type Found =
  | {
      readonly accepted: true;
      readonly item: { readonly flags: readonly IssueCode[]; readonly fixes: readonly string[] };
    }
  | { readonly accepted: false; readonly issues: readonly { readonly code: IssueCode }[] };

function codesOf(found: Found): IssueCode[] {
  if (!found.accepted) return found.issues.map(({ code }) => code);
  return [...found.item.flags, ...found.item.fixes.map((fix) => (JSON.parse(fix) as { rule: IssueCode }).rule)];
}

async function score(
  planted: readonly Planted[],
  look: (bytes: Uint8Array, path: string) => Promise<readonly IssueCode[]>,
): Promise<Score[]> {
  const found: (readonly IssueCode[])[] = [];
  for (const [i, { bytes }] of planted.entries()) found.push(await look(bytes, String(i)));
  const codes = [...new Set(planted.flatMap(({ defect }) => defect ?? []))].sort();
  return codes.map((code) => {
    const said = planted.filter((_, i) => found[i]?.includes(code));
    const right = said.filter(({ defect }) => defect === code).length;
    const there = planted.filter(({ defect }) => defect === code).length;
    const precision = said.length === 0 ? 0 : right / said.length;
    const recall = right / there;
    return {
      code,
      planted: there,
      precision,
      recall,
      f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    };
  });
}

function rowsOf({ code, precision, recall, f1 }: Score): Row[] {
  const row = (measure: string, ours: number) =>
    higherIsBetter({ metric: `${code} ${measure}`, unit: 'share', ours, peer: GOAL, peerName: 'goal', goal: 1 });
  return [row('precision', precision), row('recall', recall), row('F1', f1)];
}
