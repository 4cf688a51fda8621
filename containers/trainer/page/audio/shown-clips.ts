// The first clips of the last samples of a run, as players on its page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import type { AudioInput } from '#core/model/messages/card.ts';
import { keys } from '#core/store/keys.ts';
import { MEL_CODEC_FILE } from '../../data/audio/fetch-audio.ts';
import type { RunDeps } from '../../run/trainer-deps.ts';
import type { PageClip } from './audio-section.ts';

const CLIPS = 10;
/** Total of all clips; longer ones would make the page too large. */
const MOST_SECONDS = 20;
const SEED = 1;

/** Reads them from the grid of pictures in the bucket. */
export async function shownClips(
  { data, job, folder }: Pick<RunDeps, 'data' | 'job' | 'folder'>,
  { width, height, seconds, sampleRate }: AudioInput,
): Promise<PageClip[]> {
  const png = await data.get(keys.run(job.dataset, job.runId, 'samples.png'));
  if (!png) return [];
  const codec = MelCodec.parse(JSON.parse(readFileSync(join(folder, MEL_CODEC_FILE), 'utf8')));
  const toClip = melToClips(codec);
  const columns = Math.floor(((await sharp(png.body).metadata()).width ?? width) / width);
  const count = Math.max(1, Math.min(CLIPS, columns, Math.floor(MOST_SECONDS / seconds)));
  return Promise.all(
    Array.from({ length: count }, async (_, place) => {
      const cut = sharp(png.body).extract({ left: place * width, top: 0, width, height });
      const picture = await cut.clone().toColourspace('b-w').raw().toBuffer();
      const wav = writeWav(toClip(new Uint8Array(picture), SEED, `page/${place}`), sampleRate);
      return {
        title: `clip ${place + 1}`,
        spectrogram: uri('image/png', await cut.clone().png().toBuffer()),
        sound: uri('audio/wav', wav),
        width,
        height,
      };
    }),
  );
}

function uri(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
}
