// Cleans one clip: decoded, measured, brought into the dataset's form, named by its samples; or rejected with every reason.

import type { Cleaned, Rejected, SourceFile } from '../define/cleaned.ts';
import { fixRecord } from '../define/fix-record.ts';
import type { Issue } from '../define/issue.ts';
import { thresholdOf } from '../define/rule.ts';
import type { RulesInForce } from '../define/rules-in-force.ts';
import type { IssueCode } from '../issues.ts';
import { type Finding, judgeFindings, shownNumber } from '../judge-findings.ts';
import { parentFolder } from '../labels.ts';
import { missingFacts } from '../missing-facts.ts';
import { clipId, littleEndian } from './clip-id.ts';
import { type DecodeCompressed, decodeSound } from './decode/decode.ts';
import type { Sound } from './decode/sound.ts';
import type { AudioDataset } from './definition.ts';
import { audioFingerprint } from './fingerprint.ts';
import { type AudioMeasures, measureAudio, mixDown } from './measure.ts';
import type { AudioItem } from './part.ts';
import { type Shaped, shapeClip } from './shape.ts';

type Find = (code: IssueCode, given?: string, allowed?: string) => void;

/** Decodes the sound of a file. */
export async function openSound(file: SourceFile, decodeCompressed: DecodeCompressed): Promise<OpenedSound> {
  const { path } = file;
  const refused = (issue: Issue, bytes?: Uint8Array): OpenedSound => {
    return { ok: false, rejected: { accepted: false, path, issues: [issue], ...(bytes && { bytes }) } };
  };
  if (!file.ok) return refused(file.issue);
  if (file.bytes.length === 0) return refused({ code: 'upload.empty', place: { path } });
  const decoded = await decodeSound(file.bytes, decodeCompressed, path);
  if (decoded.ok) return { ok: true, sound: decoded.sound, bytes: file.bytes };
  const { ok: _ok, ...why } = decoded;
  return refused({ place: { path }, ...why }, file.bytes);
}
type OpenedSound =
  | { readonly ok: true; readonly sound: Sound; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly rejected: Rejected };

export type SoundToClean = {
  readonly path: string;
  readonly sound: Sound;
  /** The file that a rejected clip is kept as. */
  readonly original: () => Uint8Array;
  /** How it was cut from a recording, for people; absent where it is the whole of its file. */
  readonly cut?: string;
};

/** Cleans one clip: the sound of a file, or a piece of it. `source`: key in the drop bucket. */
export function cleanSound(
  { path, sound, original, cut }: SoundToClean,
  config: AudioDataset,
  source: string,
): Cleaned<AudioItem> {
  const findings: Finding[] = [];
  const find: Find = (code, given, allowed) =>
    findings.push({ code, place: { path }, ...(given && { given }), ...(allowed && { allowed }) });
  const { mono, isAntiphase } = mixDown(sound.channels);
  if (isAntiphase) find('audio.antiphase');
  const measures = measureAudio(sound, mono, settingOf(config.rules, 'audio.silence', 'level'));
  const shaped = shapeClip(
    mono,
    { sampleRate: sound.sampleRate, channels: sound.channels.length, isAntiphase },
    config,
  );
  compare(sound, measures, shaped, config, find);
  const label = config.labels === 'folder' ? parentFolder(path) : null;
  for (const code of missingFacts(config, label)) find(code);
  const { rejections, flags } = judgeFindings(findings, config.rules);
  const [first, ...others] = rejections;
  if (first) return { accepted: false, path, issues: [first, ...others], bytes: original() };
  const bytes = littleEndian(shaped.pcm);
  const item: AudioItem = {
    itemId: clipId(config.audio.sampleRate, bytes),
    path,
    label,
    bytes,
    sampleRate: config.audio.sampleRate,
    originalSampleRate: sound.sampleRate,
    originalSeconds: secondsOf(sound),
    channels: sound.channels.length,
    ...measures,
    ...audioFingerprint(shaped.pcm, config.audio.sampleRate),
    flags,
    fixes: [
      ...(cut === undefined ? [] : [fixRecord('audio.cut', '', '', cut)]),
      ...shaped.fixes,
      ...lostRecords(sound),
    ],
    license: config.license,
    source,
  };
  return { accepted: true, item };
}

function compare(sound: Sound, measures: AudioMeasures, shaped: Shaped, config: AudioDataset, find: Find): void {
  const { audio, rules } = config;
  const { clippingShare, silenceShare, dcOffset, snrDb, peak } = measures;
  if (sound.truncated !== undefined) find('audio.truncated', sound.truncated);
  if (sound.lost) {
    const most = settingOf(rules, 'audio.damaged', 'max');
    const isTooMuch = sound.lost.seconds > most * sound.lost.of;
    find(isTooMuch ? 'audio.corrupt' : 'audio.damaged', lostText(sound.lost), `at most ${most} of it`);
  }
  const mostSilence = settingOf(rules, 'audio.silence', 'max');
  // A silent clip is reported as silent only, not also as noisy or short.
  if (peak === 0 || silenceShare > mostSilence) {
    find('audio.silence', `${shownNumber(silenceShare)} of it`, `at most ${mostSilence}`);
    return;
  }
  const mostClipping = settingOf(rules, 'audio.clipping', 'max');
  if (clippingShare > mostClipping) find('audio.clipping', shownNumber(clippingShare), `at most ${mostClipping}`);
  const leastSnr = settingOf(rules, 'audio.low-snr', 'min');
  if (snrDb < leastSnr) find('audio.low-snr', `${shownNumber(snrDb)} dB`, `at least ${leastSnr} dB`);
  const mostOffset = settingOf(rules, 'audio.dc-offset', 'max');
  if (Math.abs(dcOffset) > mostOffset) find('audio.dc-offset', shownNumber(dcOffset), `at most ${mostOffset}`);
  const shortest = settingOf(rules, 'audio.too-short', 'min');
  if (shaped.soundSeconds < shortest)
    find('audio.too-short', `${shownNumber(shaped.soundSeconds)} s`, `at least ${shortest} s`);
  if (shaped.soundSeconds > audio.seconds)
    find('audio.too-long', `${shownNumber(shaped.soundSeconds)} s`, `at most ${audio.seconds} s`);
}

/** Returns how much of a damaged clip is lost; empty for an intact clip. */
function lostRecords({ lost }: Sound): string[] {
  return lost ? [fixRecord('audio.damaged', '', '', lostText(lost))] : [];
}

function lostText({ seconds, of }: NonNullable<Sound['lost']>): string {
  return `${shownNumber(seconds)} s of ${shownNumber(of)} s lost`;
}

function secondsOf({ channels: [first], sampleRate }: Sound): number {
  return first.length / sampleRate;
}

export function settingOf(rules: RulesInForce, code: IssueCode, setting: string): number {
  const rule = rules[code];
  if (!rule) throw new RangeError(`there is no rule ${code}`);
  return thresholdOf(rule, setting);
}
