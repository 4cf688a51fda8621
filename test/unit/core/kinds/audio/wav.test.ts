import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import type { DecodedSound, Sound } from '#core/kinds/audio/decode/sound.ts';
import { chunk, tone, type WavFormat, wavOf } from './sounds.ts';

function soundOf(decoded: DecodedSound): Sound {
  if (!decoded.ok) throw new Error(`${decoded.code}: ${decoded.given}`);
  return decoded.sound;
}

test.each<[WavFormat, number]>([
  [{ bits: 8 }, 1 / 128],
  [{ bits: 16 }, 1 / 2 ** 15],
  [{ bits: 24 }, 1 / 2 ** 22],
  [{ bits: 32 }, 1e-7],
  [{ bits: 32, encoding: 3 }, 1e-7],
  [{ bits: 64, encoding: 3 }, 1e-7],
  [{ bits: 24, extensible: true }, 1 / 2 ** 22],
  [{ before: chunk('LIST', Buffer.from('odd')) }, 1 / 2 ** 15],
])('%j gives the samples that were written', (format, tolerance) => {
  const samples = tone();
  const { channels, sampleRate, truncated } = soundOf(readWav(wavOf(samples, format)));
  expect([sampleRate, channels.length, channels[0].length, truncated]).toEqual([8000, 1, samples.length, undefined]);
  for (const [i, value] of channels[0].entries())
    expect(Math.abs(value - (samples[i] as number))).toBeLessThan(tolerance);
});

test('channels come apart', () => {
  const { channels } = soundOf(readWav(wavOf([0.5, -0.5, 0.25, -0.25], { channels: 2 })));
  expect(channels.map((channel) => [...channel])).toEqual([
    [0.5, 0.25],
    [-0.5, -0.25],
  ]);
});

describe('a header that says more than there is', () => {
  const whole = wavOf(tone());

  test('is told, and what is there is read', () => {
    const sound = soundOf(readWav(whole.subarray(0, 1044)));
    expect([sound.channels[0].length, sound.truncated]).toEqual([500, '1000 of 8000 bytes']);
    expect(soundOf(readWav(wavOf(tone(), { declared: 1_000_000 }))).truncated).toBe('8000 of 1000000 bytes');
  });

  test.each([0, 0x7fffffff, 0x7ffff000, 0x80000000, 0xfffffffe, 0xffffffff, 0xffffffff - 36])(
    '%d stands for "until the end", as recorders write it',
    (declared) => {
      const sound = soundOf(readWav(wavOf(tone(), { declared })));
      expect([sound.channels[0].length, sound.truncated]).toEqual([4000, undefined]);
    },
  );

  test.each([0x7ffff000, 0xffffffff])('%d does not reach over the chunks behind the samples', (declared) => {
    const file = Buffer.concat([
      wavOf(tone(), { declared }),
      chunk('LIST', Buffer.from('INFOISFT')),
      chunk('id3 ', Buffer.from('x')),
    ]);
    const sound = soundOf(readWav(new Uint8Array(file)));
    expect([sound.channels[0].length, sound.truncated]).toEqual([4000, undefined]);
  });

  test.each(['LIST', 'id3 '])('0 before a chunk %s is an empty recording', (name) => {
    const file = Buffer.concat([wavOf([], { declared: 0 }), chunk(name, Buffer.alloc(4000, 7))]);
    expect(readWav(new Uint8Array(file))).toMatchObject({ ok: false, given: 'no samples' });
  });

  test('that is off by a sample was written by a careless program', () => {
    const sound = soundOf(readWav(wavOf(tone(), { declared: 8002 })));
    expect([sound.channels[0].length, sound.truncated]).toEqual([4000, undefined]);
  });

  test('half a frame at the end is no frame', () => {
    expect(soundOf(readWav(whole.subarray(0, 1045))).channels[0].length).toBe(500);
  });
});

test.each([
  ['lower', 8],
  ['upper', 0],
])('24 bits in the %s part of 32 give the samples that were written', (_name, shift) => {
  const samples = tone();
  const wide = wavOf(
    samples.map((value) => (shift === 8 ? value / 256 : value)),
    { bits: 32 },
  );
  wide[34] = 24;
  const { channels } = soundOf(readWav(wide));
  for (const [i, value] of channels[0].entries())
    expect(Math.abs(value - (samples[i] as number))).toBeLessThan(1 / 2 ** 22);
});

test.each<[string, Uint8Array, string]>([
  [
    '16-bit floats',
    wavOf([0, 0], { encoding: 3, bits: 64 }).map((byte, i) => (i === 34 ? 16 : byte)),
    'audio.type-not-allowed',
  ],
  ['no channels', wavOf([0, 0]).map((byte, i) => (i === 22 ? 0 : byte)), 'audio.corrupt'],
  ['200 channels', wavOf([0, 0]).map((byte, i) => (i === 22 ? 200 : byte)), 'audio.too-many-channels'],
  ['0 Hz', wavOf([0, 0], { sampleRate: 0 }), 'audio.corrupt'],
  ['a frame of no bytes', wavOf([0, 0]).map((byte, i) => (i === 32 ? 0 : byte)), 'audio.corrupt'],
  ['no samples', wavOf([]), 'audio.corrupt'],
  ['a header alone', wavOf(tone()).subarray(0, 44), 'audio.truncated'],
  ['half a header', wavOf(tone()).subarray(0, 30), 'audio.corrupt'],
  ['floats that are none', wavOf([Number.NaN, 1], { encoding: 3, bits: 32 }), 'audio.corrupt'],
  [
    'samples before their format',
    new Uint8Array(Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('data', Buffer.alloc(8))])),
    'audio.corrupt',
  ],
])('%s: %#', (_name, bytes, code) => {
  const decoded = readWav(bytes);
  expect(decoded.ok ? 'read' : decoded.code).toBe(code);
});

test('any bytes behind a RIFF header end in a sound or an issue, in memory that the file bounds', () => {
  const start = wavOf(tone({ seconds: 0.01 }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(start.length),
      (changes, cut) => {
        const bytes = start.slice(0, cut);
        for (const [at, value] of changes) if (at > 11 && at < cut) bytes[at] = value;
        const decoded = readWav(bytes);
        if (decoded.ok) {
          const samples = decoded.sound.channels.reduce((sum, channel) => sum + channel.length, 0);
          expect(samples).toBeLessThanOrEqual(bytes.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});
