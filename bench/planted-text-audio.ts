// Known defects are planted in clean texts and sounds, and the rules are asked for them: precision and recall of each.
import { fileURLToPath } from 'node:url';
import { openDecoder } from '#core/kinds/audio/decode/decoder.ts';
import type { AudioDataset } from '#core/kinds/audio/definition.ts';
import { cleanRecording } from '#core/kinds/audio/window/clean-recording.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import type { SourceFile } from '#core/kinds/define/cleaned.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { cleanTexts } from '#core/kinds/text/clean-texts.ts';
import type { TextDataset } from '#core/kinds/text/definition.ts';
import type { Benchmark } from './benchmark.ts';
import { type Score, scoreOf, scoreRows } from './planted/score.ts';
import { cleanSounds, plantedSounds } from './planted/sounds.ts';
import { foreignTexts, plantedTexts, cleanTexts as textsWithoutDefects } from './planted/texts.ts';

/** `defect`: the code that is to be found in it; undefined for a clean one. */
export type Planted = { readonly bytes: Uint8Array; readonly defect?: IssueCode };
type CodeScore = Score & { readonly code: IssueCode };

const DECODE_PROCESS = fileURLToPath(new URL('../core/kinds/audio/decode/decode-process.ts', import.meta.url));

export const plantedTextAudio: Benchmark = {
  sentence: 'Planted defects in texts and sounds: F1 of each rule, beside the goal.',
  async run() {
    const texts = await scoreTexts(plantedTexts(textsWithoutDefects()));
    const languages = await scoreTexts(foreignTexts(), { languages: ['de'] });
    const sounds = await scoreSounds(plantedSounds(cleanSounds()));
    return { versions: {}, rows: [...texts, ...languages, ...sounds].flatMap((score) => scoreRows(score.code, score)) };
  },
};

function scoreTexts(planted: readonly Planted[], text: object = {}): Promise<CodeScore[]> {
  const config = effectiveConfig(
    { kind: 'text', text: { unit: 'file', maxLength: 100_000, ...text } } as never,
    undefined,
  );
  return score(planted, async (bytes, path) => {
    const found: Found[] = [];
    for await (const cleaned of cleanTexts(() => only({ ok: true, path, bytes }), config as TextDataset, path))
      found.push(cleaned);
    return found.flatMap(codesOf);
  });
}

async function* only(file: SourceFile): AsyncGenerator<SourceFile> {
  yield file;
}

/** With every rule looking only, so that what is mended shows, too. */
async function scoreSounds(planted: readonly Planted[]): Promise<CodeScore[]> {
  const rules = { 'audio.dc-offset': { action: 'flag' } };
  const audio = { sampleRate: 8000, seconds: 1 };
  const config = effectiveConfig({ kind: 'audio', audio, rules } as never, undefined) as AudioDataset;
  const decoder = openDecoder(DECODE_PROCESS);
  try {
    return await score(planted, async (bytes, path) => {
      const found: IssueCode[] = [];
      for await (const cleaned of cleanRecording({ ok: true, path, bytes }, config, path, decoder.decode))
        found.push(...codesOf(cleaned));
      return found;
    });
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
): Promise<CodeScore[]> {
  const found: (readonly IssueCode[])[] = [];
  for (const [i, { bytes }] of planted.entries()) found.push(await look(bytes, String(i)));
  const codes = [...new Set(planted.flatMap(({ defect }) => defect ?? []))].sort();
  return codes.map((code) => {
    const said = planted.filter((_, i) => found[i]?.includes(code));
    const hits = said.filter(({ defect }) => defect === code).length;
    const there = planted.filter(({ defect }) => defect === code).length;
    return { code, ...scoreOf({ hits, alarms: said.length - hits, planted: there }) };
  });
}
