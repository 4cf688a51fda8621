// Plays drawn tunes in ABC notation: as a MIDI file, or as sound. abcjs reads the notation, with repeats, ties and the signs of the key.
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { ClientFailure, EXIT } from '../../failure.ts';

const SAMPLE_RATE = 22_050;
const LARGEST = 0.9 * 0x7fff;
/** Silence between tunes and at the end, in seconds. */
const PAUSE = 1;
/** Of a struck string: the share of each partial, how long it sounds, and how soon it is there, in seconds. */
const PARTIALS = [1, 0.5, 0.25, 0.12];
const DECAY = 0.6;
const ATTACK = 0.008;
const RELEASE = 0.05;
const QUARTERS_PER_MINUTE = 240;
const A4 = { pitch: 69, hertz: 440 };

type Note = { readonly pitch: number; readonly start: number; readonly seconds: number; readonly volume: number };

/** The tunes of a tunebook, each from its X: on. */
export function tunesOf(tunebook: string): string[] {
  return tunebook
    .split(/\n{2,}/)
    .map((tune) => tune.trim())
    .filter((tune) => /^X:/m.test(tune));
}

/** Throws ClientFailure for more tunes than one. */
export async function midiOf(tunes: readonly string[]): Promise<Uint8Array> {
  const [tune, ...others] = tunes;
  if (tune === undefined || others.length > 0)
    throw new ClientFailure(`A MIDI file holds one tune, and ${tunes.length} were drawn.`, {
      next: 'Leave out -n, or write .abc or .wav.',
      exitCode: EXIT.usage,
    });
  const { default: abcjs } = await import('abcjs');
  const [bytes] = abcjs.synth.getMidiFile(tune, { midiOutputType: 'binary' }) as unknown as Uint8Array[];
  return bytes as Uint8Array;
}

/** One after the other; `about`: which model drew them. */
export async function wavOf(tunes: readonly string[], about: string): Promise<Uint8Array> {
  const { default: abcjs } = await import('abcjs');
  const all: Note[] = [];
  let from = 0;
  for (const tune of tunes) {
    const notes = notesOf(abcjs.parseOnly(tune)[0]?.setUpAudio({}) as unknown as Played, from);
    all.push(...notes);
    from = notes.reduce((end, note) => Math.max(end, note.start + note.seconds), from) + PAUSE;
  }
  return writeWav(sounded(all, from), SAMPLE_RATE, { ISFT: 'goldpan', ICMT: about });
}

type Played = {
  readonly tempo: number;
  readonly tracks: readonly (readonly {
    readonly cmd: string;
    readonly pitch?: number;
    readonly volume?: number;
    /** Whole notes. */
    readonly start?: number;
    readonly duration?: number;
  }[])[];
};

function notesOf({ tempo, tracks }: Played, from: number): Note[] {
  const seconds = QUARTERS_PER_MINUTE / tempo;
  return tracks
    .flat()
    .flatMap(({ cmd, pitch, start = 0, duration = 0, volume = 100 }) =>
      cmd !== 'note' || pitch === undefined
        ? []
        : [{ pitch, start: from + start * seconds, seconds: duration * seconds, volume: volume / 127 }],
    );
}

/** Adds the partials of all notes. */
function sounded(notes: readonly Note[], seconds: number): Int16Array {
  const sum = new Float64Array(Math.ceil(seconds * SAMPLE_RATE));
  for (const { pitch, start, seconds: length, volume } of notes) {
    const hertz = A4.hertz * 2 ** ((pitch - A4.pitch) / 12);
    const first = Math.round(start * SAMPLE_RATE);
    const count = Math.min(sum.length - first, Math.round((length + RELEASE) * SAMPLE_RATE));
    for (let at = 0; at < count; at++) {
      const time = at / SAMPLE_RATE;
      const fade = Math.min(1, time / ATTACK, Math.max(0, (length + RELEASE - time) / RELEASE));
      const loud = volume * fade * Math.exp(-time / DECAY);
      let value = 0;
      for (const [partial, share] of PARTIALS.entries()) {
        const own = hertz * (partial + 1);
        if (own < SAMPLE_RATE / 2) value += share * Math.sin(2 * Math.PI * own * time);
      }
      sum[first + at] = (sum[first + at] as number) + loud * value;
    }
  }
  const peak = sum.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(sum, (value) => Math.round((value / (peak || 1)) * LARGEST));
}
