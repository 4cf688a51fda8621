// Formats of sounds and films.
import { type Format, refusedFormat, signed, typed } from './format.ts';

const CONVERT = 'Convert it to WAV: ffmpeg -i {file} {name}.wav';
const SNDFILE = 'Convert it to WAV: sndfile-convert {file} {name}.wav';
const NOTES = 'It holds notes, no sound. Play it into a file first: fluidsynth -F {name}.wav SOUNDFONT.sf2 {file}';
const FRAMES =
  'Take frames out of it first (ffmpeg -i {file} -vf fps=1 {name}-%04d.png), or its sound (ffmpeg -i {file} {name}.wav).';

export const SOUND_FORMATS = {
  wav: { ...sound('a WAV sound', 'WAV', 'audio/wav', 'audio/vnd.wave'), signatures: [['RIFF', '@8 WAVE']] },
  flac: sound('a FLAC sound', 'FLAC', 'audio/flac', 'audio/x-flac'),
  mp3: sound('an MP3 sound', 'MP3', 'audio/mpeg'),
  mpegLayer2: {
    ...sound('an MPEG layer II sound (MP2)', 'MP2'),
    signatures: ['0xfffd', '0xfffc', '0xfff5', '0xfff4'],
  },
  ogg: sound('an Ogg sound (Vorbis or Opus)', 'OGG', 'audio/ogg', 'audio/ogg; codecs=opus', 'audio/opus'),
  rf64: {
    ...sound('an RF64 sound (WAV of more than 4 GiB)', 'RF64'),
    signatures: [
      ['RF64', '@8 WAVE'],
      ['BW64', '@8 WAVE'],
    ],
  },
  wave64: { ...sound('a Sony Wave64 sound', 'Wave64'), signatures: ['0x726966662e91cf11'] },
  m4a: {
    ...sound('an M4A sound, as phones record them', 'M4A', 'audio/mp4', 'audio/x-m4a'),
    signatures: ['@4 ftypM4A', '@4 ftypM4B'],
  },
  aac: { ...sound('an AAC sound (ADTS)', 'AAC', 'audio/aac'), signatures: ['0xfff1', '0xfff9'] },
  aiff: sound('an AIFF sound', 'AIFF', 'audio/aiff'),
  caf: sound('a Core Audio sound (CAF)', 'CAF', 'audio/x-caf'),
  au: { ...sound('a Sun or NeXT sound (AU)', 'AU'), signatures: ['.snd', '0x646e732e'] },
  amr: { ...sound('an AMR voice memo', 'AMR', 'audio/amr'), signatures: ['#!AMR'] },
  asf: refusedFormat(
    'a Windows Media sound or film (WMA, WMV)',
    CONVERT,
    typed('audio/x-ms-asf', 'video/x-ms-asf', 'application/vnd.ms-asf'),
  ),
  loas: refusedFormat('an AAC sound in LOAS or LATM', CONVERT, { suits: ({ start }) => isLoas(start) }),
  headerless: refusedFormat(
    'a sound without a header (raw samples)',
    'Say what its samples are: ffmpeg -f s16le -ar 16000 -ac 1 -i {file} {name}.wav',
    { suits: ({ path, start }) => start.length > 0 && /\.(sln(\d+)?|pcm|gsm|vox|g72[236]|s16|f32)$/i.test(path) },
  ),
  adx: refusedFormat('an ADX sound of games', CONVERT, {
    suits: ({ path, start }) => /\.adx$/i.test(path) && start[0] === 0x80 && start[1] === 0,
  }),
  audacity: refusedFormat('an Audacity project', 'Export its sound in Audacity: File > Export Audio.', {
    suits: ({ path }) => /\.aup3$/i.test(path),
    tells: (text) => /<project\s[^>]*audacity/i.test(text.slice(0, 2000)),
  }),
  playlist: refusedFormat('a playlist (M3U, PLS, CUE)', 'It holds no sound: drop the files that it names.', {
    tells: (text, path) =>
      /^\ufeff?(#EXTM3U|\[playlist\])/i.test(text) || (/\.(m3u8?|pls|cue)$/i.test(path) && /^\S/.test(text)),
  }),
  ac3: refusedFormat('an AC-3 sound (Dolby Digital)', CONVERT, typed('audio/vnd.dolby.dd-raw')),
  dts: refusedFormat('a DTS sound', CONVERT, signed('0x7ffe8001', '0xfe7f0180')),
  wavpack: refusedFormat("a WavPack, Monkey's Audio, Musepack or True Audio sound", CONVERT, {
    types: ['audio/wavpack', 'audio/ape', 'audio/x-musepack'],
    signatures: ['TTA1', 'tBaK', 'OFR ', 'ajkg'],
  }),
  dsd: refusedFormat('a DSD sound (DSF, DFF)', CONVERT, typed('audio/x-dsf', 'audio/x-dff')),
  voc: refusedFormat('a Creative Voice sound (VOC)', CONVERT, typed('audio/x-voc')),
  rifx: refusedFormat('a WAV sound whose numbers begin with their highest byte (RIFX)', CONVERT, signed('RIFX')),
  qcelp: refusedFormat('a QCELP sound', CONVERT, typed('audio/qcelp')),
  atrac: refusedFormat('an ATRAC sound (OMA)', CONVERT, signed('0x65613303')),
  realAudio: refusedFormat('a RealMedia sound or film', CONVERT, {
    types: ['application/vnd.rn-realmedia'],
    signatures: ['0x2e7261fd'],
  }),
  iff: refusedFormat(
    'an Amiga sound or picture (IFF)',
    CONVERT,
    signed(['FORM', '@8 8SVX'], ['FORM', '@8 16SV'], ['FORM', '@8 ILBM'], ['FORM', '@8 MAUD']),
  ),
  sphere: refusedFormat('a NIST SPHERE sound, as collections of speech have it', SNDFILE, signed('NIST_1A\n')),
  studio: refusedFormat('a sound of a studio or a sampler (IRCAM, PVF, PAF, AVR, WVE, XI)', SNDFILE, {
    signatures: [
      '0x64a30100',
      '0x64a30200',
      '0x64a30300',
      '0x0001a364',
      'PVF1\n',
      ' paf',
      'fap ',
      '2BIT\0',
      'ALawSoundFile**',
      'Extended Instrument: ',
    ],
  }),
  midi: refusedFormat('a MIDI file', NOTES, { types: ['audio/midi'], signatures: [['RIFF', '@8 RMID']] }),
  tracker: refusedFormat(
    'a tracker module (XM, IT, S3M, MOD)',
    'It holds notes and samples. Play it into a file first: openmpt123 --render {file}',
    typed('audio/x-xm', 'audio/x-it', 'audio/x-s3m'),
  ),
  sid: refusedFormat('a Commodore 64 tune (SID)', NOTES, signed('PSID', 'RSID')),
  soundFont: refusedFormat('a SoundFont', 'Export its samples as WAV from your sampler.', signed(['RIFF', '@8 sfbk'])),
  mp4: filmOrSound('a film or a sound in MP4', 'sound in MP4', 'video/mp4', 'video/x-m4v'),
  threeGp: filmOrSound('a film or a voice memo of a phone (3GP)', 'sound in 3GP', 'video/3gpp', 'video/3gpp2'),
  quickTime: filmOrSound('a film or a sound of QuickTime (MOV)', 'sound in MOV', 'video/quicktime'),
  matroska: filmOrSound(
    'a film or a sound in Matroska or WebM',
    'sound in WebM or Matroska',
    'video/matroska',
    'video/webm',
    'audio/x-matroska',
  ),
  avi: refusedFormat('an AVI film', FRAMES, { types: ['video/vnd.avi'], signatures: [['RIFF', '@8 AVI ']] }),
  mpeg: refusedFormat('an MPEG film', FRAMES, typed('video/mpeg', 'video/mp2t', 'video/MP1S', 'video/MP2P')),
  oggFilm: refusedFormat('an Ogg film', FRAMES, typed('video/ogg', 'application/ogg')),
  flashFilm: refusedFormat('a Flash film (FLV, F4V)', FRAMES, typed('video/x-flv')),
  mxf: refusedFormat('an MXF film', FRAMES, typed('application/mxf')),
  y4m: refusedFormat('an uncompressed film (Y4M)', FRAMES, signed('YUV4MPEG2 ')),
  cursorFilm: refusedFormat('an animated cursor (ANI)', 'Leave it out.', signed(['RIFF', '@8 ACON'])),
} as const satisfies Record<string, Format>;

/** Frames with a length of 13 bits, one behind another. */
function isLoas(start: Uint8Array): boolean {
  const isSync = (at: number) => start[at] === 0x56 && ((start[at + 1] ?? 0) & 0xe0) === 0xe0;
  const length = (((start[1] ?? 0) & 0x1f) << 8) | (start[2] ?? 0);
  return isSync(0) && length > 0 && isSync(3 + length);
}

/** Datasets of sounds read it where it holds no film. */
function filmOrSound(name: string, short: string, ...types: string[]): Format {
  return { ...sound(name, short, ...types), wayOut: FRAMES };
}

function sound(name: string, short: string, ...types: string[]): Format {
  return { name, short, kinds: ['audio'], family: 'audio', types };
}
