import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sniff } from '#core/ingest/sniff.ts';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { soundLength } from '#core/kinds/audio/sound-length.ts';
import { mutant, mutantCount } from '../../../../fixtures/mutants.ts';
import { chunk, tone, wavOf } from './sounds.ts';

const nobody = () => Promise.reject(new Error('not asked'));
const SAMPLES = tone();
const RATE = 8000;

/** 16-bit samples in the given order of bytes. */
function pcm(little: boolean): Buffer {
  const data = Buffer.alloc(SAMPLES.length * 2);
  for (const [i, value] of SAMPLES.entries()) {
    const whole = Math.round(value * 32_768);
    if (little) data.writeInt16LE(whole, 2 * i);
    else data.writeInt16BE(whole, 2 * i);
  }
  return data;
}

function bigChunk(name: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** `encoding`: of AIFF-C; AIFF without. */
function aiff(data: Uint8Array, bits = 16, encoding?: string): Buffer {
  const common = Buffer.alloc(18);
  common.writeUInt16BE(1, 0);
  common.writeUInt32BE(SAMPLES.length, 2);
  common.writeUInt16BE(bits, 6);
  // 8000 as an extended float: 8000 / 2^12 = 1.953125.
  common.writeUInt16BE(16_383 + 12, 8);
  common.writeUInt32BE(1.953125 * 2 ** 31, 10);
  const name = encoding === undefined ? common : Buffer.concat([common, Buffer.from(`${encoding}\0\0`, 'latin1')]);
  const sound = Buffer.concat([Buffer.alloc(8), data]);
  const body = Buffer.concat([
    Buffer.from(encoding ? 'AIFC' : 'AIFF'),
    bigChunk('COMM', name),
    bigChunk('SSND', sound),
  ]);
  return bigChunk('FORM', body);
}

function au(data: Uint8Array, code: number): Buffer {
  const head = Buffer.alloc(28);
  head.write('.snd', 0, 'latin1');
  for (const [i, value] of [28, data.length, code, RATE, 1].entries()) head.writeUInt32BE(value, 4 + 4 * i);
  return Buffer.concat([head, data]);
}

function caf(data: Uint8Array, little: boolean): Buffer {
  const description = Buffer.alloc(32);
  description.writeDoubleBE(RATE, 0);
  description.write('lpcm', 8, 'latin1');
  for (const [i, value] of [little ? 2 : 0, 2, 1, 1, 16].entries()) description.writeUInt32BE(value, 12 + 4 * i);
  const wide = (name: string, length: number) => {
    const head = Buffer.alloc(12);
    head.write(name, 0, 'latin1');
    head.writeBigInt64BE(BigInt(length), 4);
    return head;
  };
  const head = Buffer.from('caff\0\x01\0\0', 'latin1');
  return Buffer.concat([head, wide('desc', 32), description, wide('data', -1), Buffer.alloc(4), data]);
}

function wave64(): Buffer {
  const part = (name: string, body: Uint8Array) => {
    const head = Buffer.alloc(24);
    head.write(name, 0, 'latin1');
    head.writeBigUInt64LE(BigInt(24 + body.length), 16);
    return Buffer.concat([head, body, Buffer.alloc((8 - (body.length % 8)) % 8)]);
  };
  const start = Buffer.alloc(40);
  start.write('riff\x2e\x91\xcf\x11', 0, 'latin1');
  start.write('wave', 24, 'latin1');
  return Buffer.concat([start, part('fmt ', wavOf([]).subarray(20, 36)), part('data', pcm(true))]);
}

function rf64(): Buffer {
  const sizes = Buffer.alloc(28);
  sizes.writeBigUInt64LE(BigInt(SAMPLES.length * 2), 8);
  const wav = Buffer.from(wavOf(SAMPLES, { declared: 0xffffffff }));
  return Buffer.concat([
    Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1'),
    chunk('ds64', sizes),
    wav.subarray(12),
    chunk('LIST', Buffer.alloc(6)),
  ]);
}

/** ITU-T G.711, table 2a: the segment by the highest bit, then four bits of it. */
function muLaw(value: number): number {
  const magnitude = Math.min(32_635, Math.abs(Math.round(value * 32_768))) + 132;
  const segment = Math.floor(Math.log2(magnitude)) - 7;
  return ~((value < 0 ? 0x80 : 0) | (segment << 4) | ((magnitude >> (segment + 3)) & 15)) & 255;
}

/** Table 1a, on 13 bits. */
function aLaw(value: number): number {
  const magnitude = Math.min(4095, Math.abs(Math.round(value * 4096)));
  const segment = magnitude < 32 ? 0 : Math.floor(Math.log2(magnitude)) - 4;
  const code = (segment << 4) | ((segment === 0 ? magnitude >> 1 : magnitude >> segment) & 15);
  return (code | (value < 0 ? 0 : 0x80)) ^ 0x55;
}

const law = (code: (value: number) => number) => Uint8Array.from(SAMPLES, code);
const lawWav = (encoding: number, code: (value: number) => number) => {
  const wav = wavOf(SAMPLES, { bits: 8, encoding });
  wav.set(law(code), wav.length - SAMPLES.length);
  return wav;
};

describe('a sound that is uncompressed, or coded sample by sample', () => {
  const cases: [string, Uint8Array, number][] = [
    ['AIFF', aiff(pcm(false)), 2 ** -15],
    ['AIFF-C, little-endian', aiff(pcm(true), 16, 'sowt'), 2 ** -15],
    ['AIFF-C, mu-law', aiff(law(muLaw), 16, 'ulaw'), 2 ** -6],
    ['AU', au(pcm(false), 3), 2 ** -15],
    ['AU, A-law', au(law(aLaw), 27), 2 ** -6],
    ['CAF', caf(pcm(false), false), 2 ** -15],
    ['CAF, little-endian', caf(pcm(true), true), 2 ** -15],
    ['Wave64', wave64(), 2 ** -15],
    ['RF64', rf64(), 2 ** -15],
    ['WAV, mu-law', lawWav(7, muLaw), 2 ** -6],
    ['WAV, A-law', lawWav(6, aLaw), 2 ** -6],
  ];

  test.each(cases)('%s', async (_, file, tolerance) => {
    const bytes = new Uint8Array(file);
    const decoded = await decodeSound(bytes, nobody);
    if (!decoded.ok) throw new Error(`${decoded.code} ${decoded.given}`);
    const { sampleRate, channels, truncated } = decoded.sound;
    expect([sampleRate, channels.length, channels[0].length, truncated]).toEqual([RATE, 1, SAMPLES.length, undefined]);
    const errors = channels[0].map((value, i) => Math.abs(value - (SAMPLES[i] as number)));
    expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance);
    expect(await sniff(bytes)).toMatchObject({ family: 'audio' });
    expect(soundLength(bytes.subarray(0, 200), bytes.length)).toMatchObject({ sampleRate: RATE });
    expect(Math.abs((soundLength(bytes.subarray(0, 200), bytes.length)?.seconds ?? 0) - 0.5)).toBeLessThan(0.01);
  });

  test.each<[string, Uint8Array]>([
    ['AIFF', aiff(pcm(false)).subarray(0, 3000)],
    ['AU', au(pcm(false), 3).subarray(0, 3000)],
  ])('%s that is cut short is told', async (_, file) => {
    expect(await decodeSound(new Uint8Array(file), nobody)).toMatchObject({ sound: { truncated: /of 8000 bytes/ } });
  });

  test('an encoding that is not read is named', async () => {
    expect(await decodeSound(new Uint8Array(aiff(pcm(false), 16, 'ima4')), nobody)).toMatchObject({
      code: 'audio.type-not-allowed',
      given: 'the encoding "ima4" in AIFF-C',
    });
  });

  test.each(cases)('each mutant of %s is a sound or refused', async (_, file) => {
    for (let seed = 1; seed <= mutantCount(6); seed++) {
      const bytes = new Uint8Array(mutant(file, seed));
      const decoded = await decodeSound(bytes, async () => ({ ok: false, code: 'audio.corrupt', given: '' }));
      expect(decoded.ok ? 'ok' : decoded.code).toMatch(/^(ok|audio\.|upload\.)/);
      soundLength(bytes.subarray(0, 200), bytes.length);
    }
  });

  test('any bytes end in a sound or an issue', async () => {
    const files = cases.map(([, file]) => new Uint8Array(file));
    const change = fc.record({ at: fc.nat(120), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { maxLength: 8 }),
        fc.nat(9000),
        async (file, changes, cut) => {
          const bytes = file.slice(0, Math.max(1, cut));
          for (const { at, value } of changes) if (at > 11 && at < bytes.length) bytes[at] = value;
          const decoded = await decodeSound(bytes, async () => ({ ok: false, code: 'audio.corrupt', given: '' }));
          if (decoded.ok)
            expect(decoded.sound.channels.length * decoded.sound.channels[0].length).toBeLessThanOrEqual(bytes.length);
          soundLength(bytes.subarray(0, 200), bytes.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('ADPCM in WAV', () => {
  const wav = (encoding: number, blockBytes: number, data: readonly number[]) => {
    const file = wavOf(new Array(data.length).fill(0), { bits: 8, encoding });
    file[32] = blockBytes;
    file[34] = 4;
    file.set(data, file.length - data.length);
    return file;
  };

  test('of IMA is decoded as the standard does by hand', async () => {
    // The first sample is 1000 at step 7; +4 is 7 + 7/8, then the step grows to 16; -8 subtracts an eighth of it.
    const decoded = await decodeSound(wav(17, 8, [0xe8, 0x03, 0, 0, 0x84, 0, 0, 0]), nobody);
    if (!decoded.ok) throw new Error(decoded.given);
    const found = [...decoded.sound.channels[0]].slice(0, 3).map((value) => Math.round(value * 32_768));
    expect(decoded.sound.channels[0].length).toBe(9);
    expect(found).toEqual([1000, 1007, 1006]);
  });

  test('of Microsoft is decoded as the standard does by hand', async () => {
    // Predictor 0 repeats the last sample: 200, then 200 + 2 x 16, then that less one step.
    const block = [0, 16, 0, 200, 0, 100, 0, 0x2f];
    const decoded = await decodeSound(wav(2, 8, block), nobody);
    if (!decoded.ok) throw new Error(decoded.given);
    expect([...decoded.sound.channels[0]].map((value) => Math.round(value * 32_768))).toEqual([100, 200, 232, 216]);
  });
});
