import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { compressed } from '../../core/kinds/audio/compressed-sounds.ts';
import { tone, wavOf } from '../../core/kinds/audio/sounds.ts';
import { cleanSounds as clean } from './clean-sounds.ts';

test('a clip becomes PCM of the configured form, named by its samples', async () => {
  const { items, verdict } = await clean(
    { '7/a.wav': wavOf(tone({ sampleRate: 16_000 }), { sampleRate: 16_000 }) },
    { labels: 'folder' },
  );
  expect(verdict.items).toEqual({ accepted: 1, rejected: 0 });
  const [item] = items;
  expect(item).toMatchObject({
    path: '7/a.wav',
    label: '7',
    sampleRate: 8000,
    originalSampleRate: 16_000,
    originalSeconds: 0.5,
    channels: 1,
    flags: [],
    license: null,
    source: 'clips/all.zip',
  });
  expect(item?.bytes.length).toBe(16_000);
  expect(item?.itemId).toBe(sha256('8000:', item?.bytes ?? ''));
});

test('the same sound has the same id whatever file it came in', async () => {
  const samples = tone();
  const { items } = await clean({
    'a.wav': wavOf(samples, { bits: 16 }),
    'b.wav': wavOf(
      samples.map((value) => Math.round(value * 2 ** 15) / 2 ** 15),
      { bits: 32, encoding: 3 },
    ),
  });
  expect(items[0]?.itemId).toBe(items[1]?.itemId);
});

test('of ten clips each hostile one is rejected for what it is, and the others are clean', async () => {
  const good = wavOf(tone());
  const bytes = compressed('flac');
  const { items, rejected, kept } = await clean({
    'good.wav': good,
    'cut.wav': good.subarray(0, 2000),
    'lies.wav': wavOf(tone(), { declared: 1_000_000 }),
    'no-channels.wav': good.map((byte, i) => (i === 22 ? 0 : byte)),
    'gsm.wav': wavOf(tone(), { encoding: 49, bits: 8 }),
    'silent.wav': wavOf(new Float32Array(8000)),
    'short.wav': wavOf(tone({ seconds: 0.05 })),
    'junk.flac': bytes.map((byte, i) => (i < 42 ? byte : (i * 7919) % 251)),
    'cut.flac': bytes.subarray(0, 4000),
    'empty.wav': new Uint8Array(),
    'text.wav': new Uint8Array(Buffer.from('not a sound')),
    'good.flac': bytes,
    'good.mp3': compressed('mp3'),
    'good.ogg': compressed('oga'),
  });
  expect(rejected).toEqual({
    'cut.wav': 'audio.truncated',
    'lies.wav': 'audio.truncated',
    'no-channels.wav': 'audio.corrupt',
    'gsm.wav': 'audio.type-not-allowed',
    'silent.wav': 'audio.silence',
    'short.wav': 'audio.too-short',
    'junk.flac': 'audio.corrupt',
    'cut.flac': 'audio.truncated',
    'empty.wav': 'upload.empty',
    'text.wav': 'upload.type-not-allowed',
  });
  expect(items.map(({ path }) => path)).toEqual(['good.wav', 'good.flac', 'good.mp3', 'good.ogg']);
  expect(kept.filter((sha) => sha === undefined).length).toBe(1);
});

test('a sidecar is no clip; a licence is required where the rules say so', async () => {
  const rules = { 'item.no-license': { action: 'reject' } };
  const files = { 'facts.jsonl': Buffer.from('{"path":"a.wav","license":"CC0-1.0"}\n'), 'a.wav': wavOf(tone()) };
  const said = await clean(files, { labels: 'sidecar:facts.jsonl', rules });
  expect(said.verdict).toMatchObject({ items: { accepted: 1, rejected: 0 }, sidecar: { path: 'facts.jsonl' } });
  expect((await clean({ 'a.wav': wavOf(tone()) }, { rules })).rejected).toEqual({ 'a.wav': 'item.no-license' });
});

test('rules decide: what is cut short may be kept and marked, clipping may be refused', async () => {
  const loud = wavOf(tone({ amplitude: 2 }));
  const flagged = await clean(
    { 'loud.wav': loud, 'cut.wav': wavOf(tone()).subarray(0, 6000) },
    { rules: { 'audio.truncated': { action: 'flag' } } },
  );
  expect(flagged.items.map(({ flags }) => flags)).toEqual([['audio.clipping'], ['audio.truncated']]);
  const strict = await clean({ 'loud.wav': loud }, { rules: { 'audio.clipping': { action: 'reject' } } });
  expect(strict.rejected).toEqual({ 'loud.wav': 'audio.clipping' });
});

test.each([0.1, -0.1])('a recording with a DC offset of %d is flagged', async (offset) => {
  const rules = { 'audio.dc-offset': { action: 'flag' } };
  const { items } = await clean({ 'a.wav': wavOf(tone({ offset })) }, { rules });
  expect(items[0]?.flags).toEqual(['audio.dc-offset']);
  expect(items[0]?.dcOffset).toBeCloseTo(offset, 2);
});

test('sounds that planning did not foresee take no more time than there is; the rest is named', async () => {
  const claimed = Buffer.from(compressed('flac'));
  // Frames of one channel each: the low 36 bits.
  const packed = claimed.readBigUInt64BE(18);
  claimed.writeBigUInt64BE(((packed >> 36n) << 36n) | BigInt(2 ** 23), 18);
  const files = Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`1/${10 + i}.flac`, new Uint8Array(claimed)]));
  const { verdict } = await clean(files);
  const fit = Math.floor(640_000_000 / 2 ** 24);
  expect(verdict.byIssue['audio.too-many-samples']).toBe(45 - fit);
  expect(verdict.examples.length).toBeGreaterThan(0);
});
