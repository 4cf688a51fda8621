import { expect, test } from 'vitest';
import { noteOfFix, ruleOfFix } from '#core/kinds/define/fix-record.ts';
import { compressed } from '../../core/kinds/audio/compressed-sounds.ts';
import { tone, wavOf } from '../../core/kinds/audio/sounds.ts';
import { cleanSounds } from './clean-sounds.ts';

const RATE = 8000;
const audio = (window: object, seconds = 1) => ({ audio: { sampleRate: RATE, seconds, window } });

/** Tones and pauses, each of so many seconds. */
function recording(...pieces: readonly (readonly ['tone' | 'pause', number, number?])[]): Uint8Array {
  const samples = pieces.flatMap(([what, seconds, hertz = 440]) =>
    what === 'pause' ? Array<number>(Math.round(seconds * RATE)).fill(0) : [...tone({ seconds, hertz })],
  );
  return wavOf(samples, { sampleRate: RATE });
}

test('a recording is cut at regular steps; each clip names its seconds and is what it holds there', async () => {
  const long = recording(['tone', 1, 300], ['tone', 1, 900], ['tone', 0.7, 600]);
  const { items } = await cleanSounds({ 'talk/a.wav': long, 'short.wav': recording(['tone', 0.5]) }, audio({}));
  expect(items.map(({ path }) => path)).toEqual([
    'talk/a.wav#t=0,1',
    'talk/a.wav#t=1,2',
    'talk/a.wav#t=2,2.7',
    'short.wav',
  ]);
  expect(items.map(({ originalSeconds }) => Number(originalSeconds.toFixed(2)))).toEqual([1, 1, 0.7, 0.5]);
  const alone = await cleanSounds({ 'b.wav': recording(['tone', 1, 900]) }, audio({}));
  expect(items[1]?.itemId).toBe(alone.items[0]?.itemId);
  const notes = items.map(({ fixes }) => fixes.filter((fix) => ruleOfFix(fix) === 'audio.cut').map(noteOfFix));
  expect(notes).toEqual([['1 of 3'], ['2 of 3'], ['3 of 3'], []]);
});

test('clips overlap where the hop is shorter; a short rest is told, not kept', async () => {
  const { items } = await cleanSounds({ 'a.wav': recording(['tone', 2.3]) }, audio({ hop: 0.5 }));
  expect(items.map(({ path }) => path)).toEqual(['a.wav#t=0,1', 'a.wav#t=0.5,1.5', 'a.wav#t=1,2', 'a.wav#t=1.5,2.3']);
  const rest = await cleanSounds({ 'a.wav': recording(['tone', 2.3]) }, audio({}));
  expect(rest.items.map(({ path }) => path)).toEqual(['a.wav#t=0,1', 'a.wav#t=1,2']);
  expect(noteOfFix(rest.items[0]?.fixes[0] as string)).toBe('1 of 2; 0.3 s of sound in no clip');
});

test('with silence, pauses cut; what lies between is a clip, or several where it is long', async () => {
  const words = recording(
    ['pause', 0.3],
    ['tone', 0.5],
    ['pause', 0.4],
    ['tone', 0.4],
    ['pause', 0.1],
    ['tone', 0.3],
    ['pause', 0.5],
    ['tone', 2],
    ['pause', 0.3],
  );
  const { items, verdict } = await cleanSounds({ 'a.wav': words }, audio({ silence: 0.25 }));
  const places = items.map(({ path }) => path.replace('a.wav#t=', '').split(',').map(Number));
  expect(places.length).toBe(4);
  const wanted = [
    [0.3, 0.8],
    [1.2, 2],
    [2.5, 3.5],
    [3.5, 4.5],
  ];
  for (const [i, [from, to]] of (wanted as [number, number][]).entries()) {
    expect(Math.abs((places[i]?.[0] as number) - from)).toBeLessThan(0.1);
    expect(Math.abs((places[i]?.[1] as number) - to)).toBeLessThan(0.1);
  }
  expect(verdict.fixed?.['audio.cut']).toBe(4);
  expect(verdict.items.rejected).toBe(0);
});

test('silent clips are left out and counted; a silent recording is told once', async () => {
  const half = recording(['tone', 1], ['pause', 2], ['tone', 1]);
  const { items, verdict } = await cleanSounds({ 'a.wav': half }, audio({}));
  expect(items.map(({ path }) => path)).toEqual(['a.wav#t=0,1', 'a.wav#t=3,4']);
  expect(noteOfFix(items[0]?.fixes[0] as string)).toBe('1 of 2; 2 silent left out');
  expect(verdict.items.rejected).toBe(0);
  const silent = await cleanSounds({ 'b.wav': recording(['pause', 5]) }, audio({}));
  expect(silent.rejected).toEqual({ 'b.wav': 'audio.silence' });
});

test('a recording without its end is rejected once; kept by rule, its last clip is marked', async () => {
  const cut = recording(['tone', 3]).subarray(0, 40_000);
  const rejected = await cleanSounds({ 'a.wav': cut }, audio({}));
  expect(rejected.rejected).toEqual({ 'a.wav': 'audio.truncated' });
  const rules = { 'audio.truncated': { action: 'flag' }, 'audio.low-snr': { action: 'off' } };
  const kept = await cleanSounds({ 'a.wav': cut }, { ...audio({}), rules });
  expect(kept.items.map(({ flags }) => flags)).toEqual([[], ['audio.truncated']]);
});

test('one clip of a recording is rejected, kept as a sound of its own, and released by its place', async () => {
  const loud = [...tone({ seconds: 1 }), ...tone({ seconds: 1, amplitude: 3 })];
  const files = { 'a.wav': wavOf(loud, { sampleRate: RATE }) };
  const rules = { 'audio.clipping': { action: 'reject' } };
  const { items, rejected, kept } = await cleanSounds(files, { ...audio({}), rules });
  expect(items.map(({ path }) => path)).toEqual(['a.wav#t=0,1']);
  expect(rejected).toEqual({ 'a.wav#t=1,2': 'audio.clipping' });
  expect(kept[0]).toBeDefined();
  const path = 'a.wav#t=1,2';
  const waived = { path, line: null, codes: ['audio.clipping' as const] };
  const waiver = { waiverId: 'w', mode: 'release', rules: ['audio.clipping'], items: [waived] } as never;
  const released = await cleanSounds(files, { ...audio({}), rules }, waiver);
  expect(released.items.map((item) => item.path)).toEqual([path]);
});

test('a recording of more clips than a call holds is refused with what to change', async () => {
  const claimed = Buffer.from(compressed('flac'));
  // Frames of one channel each: the low 36 bits.
  claimed.writeBigUInt64BE(((claimed.readBigUInt64BE(18) >> 36n) << 36n) | BigInt(2 ** 23), 18);
  const { verdict } = await cleanSounds({ 'a.wav': new Uint8Array(claimed) }, audio({ hop: 0.02 }));
  const [issue] = verdict.examples;
  expect(issue).toMatchObject({ code: 'audio.too-many-samples', place: { path: 'a.wav' } });
  expect(issue?.allowed).toMatch(/raise audio.window.hop/);
});
