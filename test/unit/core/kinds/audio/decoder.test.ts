import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { type AudioDecoder, openDecoder } from '#core/kinds/audio/decode/decoder.ts';
import { findSound } from '#core/kinds/audio/decode/find-sound.ts';
import { NO_LIMIT_MS, openPatientDecoder } from '../../../../fixtures/patient-decoder.ts';
import { compressed } from './compressed-sounds.ts';
import { wavOf } from './sounds.ts';

const folder = mkdtempSync(join(tmpdir(), 'decoder-'));
afterAll(() => rmSync(folder, { recursive: true }));

let open: AudioDecoder | undefined;
afterEach(() => open?.close());
const closedAfter = (decoder: AudioDecoder) => {
  open = decoder;
  return decoder;
};

test.each([
  ['flac', 'flac', 8000, 2, 9000],
  ['mp3', 'mp3', 8000, 1, 1200],
  ['oga', 'oga', 8000, 1, 1200],
  ['opus', 'opus', 48_000, 1, 7200],
] as const)('%s is known by its first bytes and decoded', async (name, type, sampleRate, channels, frames) => {
  const bytes = compressed(name);
  expect(findSound(bytes).type).toBe(type);
  const decoded = await closedAfter(openPatientDecoder()).decode(bytes, type);
  if (!decoded.ok) throw new Error(decoded.given);
  const { sound } = decoded;
  expect([sound.sampleRate, sound.channels.length, sound.truncated]).toEqual([sampleRate, channels, undefined]);
  expect(Math.abs(sound.channels[0].length - frames)).toBeLessThan(frames * 0.1);
});

test('what is cut short or is none is said, and the next one is decoded', async () => {
  const { decode } = closedAfter(openPatientDecoder());
  const flac = compressed('flac');
  const cut = await decode(flac.subarray(0, 4000), 'flac');
  expect(cut.ok && cut.sound.truncated).toMatch(/of 9000 samples/);
  const mp3 = compressed('mp3');
  const cutMp3 = await decode(mp3.subarray(0, mp3.length - 200), 'mp3');
  expect(cutMp3.ok && cutMp3.sound.truncated).toMatch(/of \d+ bytes/);
  for (const type of ['flac', 'mp3', 'oga', 'opus'] as const) {
    const junk = compressed(type).map((byte, i) => (i < 60 ? byte : (i * 7919) % 251));
    expect(await decode(junk, type)).toMatchObject({ ok: false, code: 'audio.corrupt' });
  }
  expect(await decode(flac, 'flac')).toMatchObject({ ok: true });
});

test('a length that would not fit is refused before anything is decoded', async () => {
  const huge = compressed('flac');
  huge.set([huge[21] as number | 0x0f, 0xff, 0xff, 0xff, 0xff], 21);
  expect(await closedAfter(openPatientDecoder()).decode(huge, 'flac')).toMatchObject({
    code: 'audio.too-many-samples',
  });
});

describe('a decoder that', () => {
  /** Dies of 1, hangs on 2, grows on 3, decodes everything else to one sample. */
  const entry = join(folder, 'fragile.mjs');
  writeFileSync(
    entry,
    `process.on('message', ({ id, bytes }) => {
      process.send({ id, started: true }, () => {
        if (bytes[0] === 1) process.kill(process.pid, 'SIGSEGV');
        if (bytes[0] === 2) for (;;);
        const hoard = [];
        if (bytes[0] === 3) setInterval(() => hoard.push(Buffer.alloc(32 * 2 ** 20, 1)), 10);
        else process.send({ id, started: false, answer: { ok: true, sound: { sampleRate: 8000, channels: [new Float32Array(1)] } } });
      });
    });`,
  );
  const fragile = (timeoutMs: number) =>
    closedAfter(openDecoder(entry, { timeoutMs, startTimeoutMs: NO_LIMIT_MS, memoryBytes: 192 * 2 ** 20 }));

  test.each([
    ['dies', 1, 'audio.corrupt', NO_LIMIT_MS],
    ['hangs', 2, 'audio.corrupt', 3000],
    ['takes all memory', 3, 'audio.too-many-samples', NO_LIMIT_MS],
  ])('%s costs the sound that it was at, and no other', async (_name, byte, code, timeoutMs) => {
    const { decode } = fragile(timeoutMs);
    const sounds = [0, byte, 0].map((first) => decode(Uint8Array.of(first), 'mp3'));
    expect((await Promise.all(sounds)).map((decoded) => (decoded.ok ? 'decoded' : decoded.code))).toEqual([
      'decoded',
      code,
      'decoded',
    ]);
  });

  test('never begins is a fault of this machine, not of the sound', async () => {
    const { decode } = closedAfter(openDecoder(join(folder, 'absent.mjs')));
    for (let again = 0; again < 2; again++)
      await expect(decode(Uint8Array.of(0), 'mp3')).rejects.toThrow('the decoder ended before it had begun');
  });

  test('is held up by others does not lose its sound: its own CPU time counts', async () => {
    const slow = join(folder, 'held-up.mjs');
    writeFileSync(
      slow,
      `process.on('message', ({ id }) => {
        process.send({ id, started: true });
        setTimeout(() => process.send({ id, started: false, answer: { ok: true, sound: { sampleRate: 8000, channels: [new Float32Array(1)] } } }), 2000);
      });`,
    );
    const { decode } = closedAfter(openDecoder(slow, { timeoutMs: 1000, startTimeoutMs: NO_LIMIT_MS }));
    expect(await decode(Uint8Array.of(0), 'mp3')).toMatchObject({ ok: true });
  });
});

test.each([
  ['a picture', Buffer.from('\x89PNG\r\n', 'latin1')],
  ['one byte', Buffer.from('R')],
  ['another RIFF', Buffer.from('RIFF\0\0\0\0AVI ')],
  ['a Theora stream', Buffer.from('OggS\0\x02theora')],
])('%s is of no type that is taken', async (_name, bytes) => {
  const nobody = () => Promise.reject(new Error('not asked'));
  expect(await decodeSound(new Uint8Array(bytes), nobody)).toMatchObject({
    code: expect.stringMatching(/^(audio|upload)\.type-not-allowed$/),
  });
});

test('WAV needs no other process', async () => {
  const nobody = () => Promise.reject(new Error('not asked'));
  expect(await decodeSound(wavOf([0, 0.5]), nobody)).toMatchObject({ ok: true });
});
