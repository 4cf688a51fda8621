// Clips that a model drew, as players on the page of its run and as WAVs beside it: three of each class once the training has ended, before
// that the first of the last samples.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { drawnToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import type { AudioInput } from '#core/model/messages/card.ts';
import { keys } from '#core/store/keys.ts';
import { readDrawnClips } from '../../data/audio/drawn-clips.ts';
import { MEL_CODEC_FILE } from '../../data/audio/fetch-audio.ts';
import type { RunDeps } from '../../run/trainer-deps.ts';
import type { PageClip } from './audio-section.ts';

const CLIPS = 10;
/** Total of all clips; longer ones would make the page too large. */
const MOST_SECONDS = 60;
const SEED = 1;
const NOTES = { ISFT: 'goldpan', ICMT: 'machine-generated; digitalSourceType=trainedAlgorithmicMedia' };

type Deps = Pick<RunDeps, 'data' | 'job' | 'folder' | 'labels'>;
type Drawn = { readonly title: string; readonly name: string; readonly picture: Uint8Array };

/** Also stores each clip as `clips/<name>.wav` beside the page once the training has ended. */
export async function shownClips(deps: Deps, { width, height, seconds, sampleRate }: AudioInput): Promise<PageClip[]> {
  const { data, job, folder } = deps;
  const ended = drawnOf(deps, width * height);
  const drawn = (ended ?? (await latestOf(deps, { width, height }))).slice(
    0,
    Math.max(1, Math.floor(MOST_SECONDS / seconds)),
  );
  if (drawn.length === 0) return [];
  const toClip = drawnToClips(MelCodec.parse(JSON.parse(readFileSync(join(folder, MEL_CODEC_FILE), 'utf8'))));
  return Promise.all(
    drawn.map(async ({ title, name, picture }, place) => {
      const wav = writeWav(toClip(picture, SEED, `page/${place}`), sampleRate, { ...NOTES, INAM: title });
      if (ended)
        await data.put(keys.run(job.dataset, job.runId, `clips/${name}.wav`), wav, { contentType: 'audio/wav' });
      const png = await sharp(picture, { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer();
      const [spectrogram, sound] = [uri('image/png', png), uri('audio/wav', wav)];
      return { title, spectrogram, sound, width, height };
    }),
  );
}

/** Those that the trained model drew for the page. */
function drawnOf({ folder, labels: names = [] }: Deps, size: number): Drawn[] | undefined {
  const drawn = readDrawnClips(folder);
  return drawn?.labels.map((label, place) => {
    const number = drawn.labels.slice(0, place + 1).filter((other) => other === label).length;
    const title = label < 0 ? `clip ${number}` : `${names[label] ?? label}, ${number}`;
    const name = `${label < 0 ? 'clip' : fileName(names[label] ?? String(label))}-${number}`;
    return { title, name, picture: drawn.pictures.subarray(place * size, (place + 1) * size) };
  });
}

/** The first row of the grid of pictures in the bucket. */
async function latestOf({ data, job }: Deps, { width, height }: { width: number; height: number }): Promise<Drawn[]> {
  const png = await data.get(keys.run(job.dataset, job.runId, 'samples.png'));
  if (!png) return [];
  const columns = Math.floor(((await sharp(png.body).metadata()).width ?? width) / width);
  return Promise.all(
    Array.from({ length: Math.min(CLIPS, columns) }, async (_, place) => {
      const cut = sharp(png.body).extract({ left: place * width, top: 0, width, height });
      const picture = new Uint8Array(await cut.toColourspace('b-w').raw().toBuffer());
      return { title: `clip ${place + 1}`, name: `clip-${place + 1}`, picture };
    }),
  );
}

/** A label as part of a key. */
function fileName(label: string): string {
  return label.replaceAll(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 60) || 'class';
}

function uri(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
}
