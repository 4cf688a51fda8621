// What can be wrong with a clip of sound.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const AUDIO_ISSUES = {
  'audio.corrupt': reject('accuracy', 'The sound cannot be decoded.', 'Export it again from its source.'),
  'audio.truncated': reject('completeness', 'The sound is cut short.', 'Upload it again; a transfer was cut off.'),
  'audio.type-not-allowed': reject(
    'consistency',
    'The sound is stored in a way that is not taken in.',
    'Convert it to PCM WAV, FLAC, MP3 or OGG.',
  ),
  'audio.too-many-samples': reject(
    'consistency',
    'The sound has more samples than are decoded.',
    'Cut it into clips and upload those.',
  ),
  'audio.too-short': reject(
    'completeness',
    'The clip is too short.',
    'Leave it out, or lower the bound in dataset.yaml (rules: audio.too-short).',
  ),
  'audio.silence': reject('completeness', 'There is nothing to hear.', 'Record it again, or leave it out.'),
  'audio.clipping': flag('accuracy', 'The recording is overdriven.', 'Record it again at a lower level.'),
  'audio.low-snr': flag('accuracy', 'The sound hardly stands out from its noise.', 'Replace it with a cleaner one.'),
  'audio.dc-offset': fix('accuracy', 'The wave does not swing around zero.', 'Nothing: it is centred.'),
  'audio.edge-silence': fix('consistency', 'The clip begins or ends with silence.', 'Nothing: it is cut off.'),
  'audio.level': fix('consistency', 'The clip is louder or quieter than the others.', 'Nothing: it is levelled.'),
  'audio.sample-rate': fix('consistency', 'The clip has another sample rate.', 'Nothing: it is resampled.'),
  'audio.channels': fix('consistency', 'The clip has several channels.', 'Nothing: they are mixed into one.'),
  'audio.too-long': fix('consistency', 'The clip is longer than audio.seconds.', 'Nothing: its end is cut off.'),
  'audio.padded': fix('consistency', 'The clip is shorter than audio.seconds.', 'Nothing: silence follows it.'),
} as const satisfies Record<`audio.${string}`, IssueKind>;
