// The issue codes of audio clips.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const AUDIO_ISSUES = {
  'audio.corrupt': reject('accuracy', 'The audio file cannot be decoded.', 'Export it again from its source.'),
  'audio.truncated': reject(
    'completeness',
    'The audio file is truncated.',
    'Upload it again; a transfer was interrupted.',
  ),
  'audio.damaged': flag(
    'accuracy',
    'Parts of the recording are damaged; they are silent or left out.',
    'Upload it again from its source; where much is lost, leave the clip out.',
  ),
  'audio.too-many-channels': reject(
    'consistency',
    'The audio file has more channels than are read.',
    'Export one of its channels, or a mix of them.',
  ),
  'audio.type-not-allowed': reject(
    'consistency',
    'The audio encoding is not supported.',
    'Convert it to PCM WAV, FLAC, MP3 or OGG.',
  ),
  'audio.too-many-samples': reject(
    'consistency',
    'The audio file exceeds the limit on the number of samples.',
    'Split it into shorter clips.',
  ),
  'audio.too-short': reject(
    'completeness',
    'The clip is too short.',
    'Leave it out, or lower the threshold in dataset.yaml (rules: audio.too-short).',
  ),
  'audio.silence': reject('completeness', 'The clip is silent.', 'Record it again, or leave it out.'),
  'audio.clipping': flag('accuracy', 'The recording is clipped.', 'Record it again at a lower level.'),
  'audio.low-snr': flag(
    'accuracy',
    'The recording has a low signal-to-noise ratio.',
    'Replace it with a cleaner recording.',
  ),
  'audio.dc-offset': fix('accuracy', 'The recording has a DC offset.', 'No action needed: the offset is removed.'),
  'audio.edge-silence': fix(
    'consistency',
    'The clip begins or ends with silence.',
    'No action needed: the silence is trimmed.',
  ),
  'audio.level': fix(
    'consistency',
    'The peak level of the clip differs from the target.',
    'No action needed: the level is normalised.',
  ),
  'audio.sample-rate': fix(
    'consistency',
    'The sample rate of the clip differs from the dataset.',
    'No action needed: it is resampled.',
  ),
  'audio.channels': fix(
    'consistency',
    'The clip has several channels.',
    'No action needed: they are mixed down to mono.',
  ),
  'audio.antiphase': fix(
    'accuracy',
    'The two channels of the clip cancel each other out: one is the other upside down.',
    'No action needed: the first channel is used.',
  ),
  'audio.too-long': fix(
    'consistency',
    'The clip is longer than audio.seconds.',
    'No action needed: its end is cut off.',
  ),
  'audio.cut': fix(
    'consistency',
    'The clip is cut from a longer recording (audio.window).',
    'No action needed: its path names the seconds.',
  ),
  'audio.padded': fix(
    'consistency',
    'The clip is shorter than audio.seconds.',
    'No action needed: it is padded with silence.',
  ),
} as const satisfies Record<`audio.${string}`, IssueKind>;
