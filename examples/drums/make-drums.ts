// Makes a dataset of drums by synthesis: node examples/drums/make-drums.ts <folder>. Each sound is unlike the others in pitch, length and level.
//   goldpan put <folder> --dataset drums && goldpan fit drums && goldpan sample drums -n 8 --label snare --out snare.wav
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniforms } from '#core/base/random.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';

const RATE = 16_000;
const SECONDS = 0.5;
const EACH = Number(process.env.GOLDPAN_EACH ?? 200);
const FULL_SCALE = 32_767;

/** From 0 to 1, another one for each name. */
type Choose = (name: string) => number;
/** The sound at a time in seconds; `noise`: white, -1 to 1. */
type Drum = (choose: Choose) => (time: number, noise: number) => number;

const between = (least: number, most: number, share: number) => least + (most - least) * share;
/** A tone whose pitch falls from the first to the second frequency. */
const falling = (from: number, to: number, decay: number) => (time: number) =>
  Math.sin(2 * Math.PI * (to * time + ((from - to) / decay) * (1 - Math.exp(-decay * time))));
/** Noise without its low frequencies: the difference of neighbouring samples. */
const bright = () => {
  let before = 0;
  return (noise: number) => {
    const difference = (noise - before) / 2;
    before = noise;
    return difference;
  };
};

const DRUMS: Readonly<Record<string, Drum>> = {
  kick: (choose) => {
    const tone = falling(
      between(140, 260, choose('from')),
      between(40, 65, choose('to')),
      between(20, 45, choose('fall')),
    );
    const decay = between(7, 16, choose('decay'));
    return (time) => tone(time) * Math.exp(-decay * time);
  },
  snare: (choose) => {
    const tone = falling(between(220, 320, choose('from')), between(150, 200, choose('to')), 30);
    const [decay, rattle] = [between(14, 28, choose('decay')), between(9, 20, choose('rattle'))];
    const share = between(0.5, 0.8, choose('share'));
    return (time, noise) =>
      (1 - share) * tone(time) * Math.exp(-decay * time) + share * noise * Math.exp(-rattle * time);
  },
  hat: (choose) => {
    const [filter, decay] = [bright(), between(20, 90, choose('decay'))];
    return (time, noise) => filter(noise) * Math.exp(-decay * time);
  },
  tom: (choose) => {
    const low = between(80, 190, choose('pitch'));
    const tone = falling(low * between(1.3, 1.7, choose('from')), low, 18);
    const decay = between(6, 12, choose('decay'));
    return (time, noise) => (tone(time) + 0.05 * noise) * Math.exp(-decay * time);
  },
  clap: (choose) => {
    const [gap, decay] = [between(0.009, 0.016, choose('gap')), between(14, 30, choose('decay'))];
    return (time, noise) => {
      const hand = Math.min(3, Math.floor(time / gap));
      const since = time - hand * gap;
      return noise * Math.exp(-(hand < 3 ? 180 : decay) * since);
    };
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder: node examples/drums/make-drums.ts <folder>');
for (const [name, drum] of Object.entries(DRUMS)) {
  mkdirSync(join(folder, name), { recursive: true });
  for (let item = 1; item <= EACH; item++) {
    const choose: Choose = (what) => uniforms(item, `${name}/${what}`, 1)[0] as number;
    const sound = drum(choose);
    const noise = uniforms(item, `${name}/noise`, RATE * SECONDS);
    const level = between(0.4, 0.9, choose('level'));
    const samples = Float64Array.from(noise, (value, i) => level * sound(i / RATE, 2 * value - 1));
    const pcm = Int16Array.from(samples, (value) => Math.round(FULL_SCALE * Math.max(-1, Math.min(1, value))));
    writeFileSync(join(folder, name, `${name}-${item}.wav`), writeWav(pcm, RATE));
  }
}
