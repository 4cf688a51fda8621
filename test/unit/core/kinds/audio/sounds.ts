// Sounds and WAV files of them.

export type WavFormat = {
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly bits?: number;
  readonly encoding?: number;
  readonly extensible?: boolean;
  /** Chunks before the samples. */
  readonly before?: Uint8Array;
  /** What the header says of the samples' size. */
  readonly declared?: number;
};

/** A tone that swells and fades, with a little noise, as real sounds have. */
export function tone({
  sampleRate = 8000,
  seconds = 0.5,
  amplitude = 0.5,
  hertz = 440,
  offset = 0,
} = {}): Float32Array {
  const length = Math.round(sampleRate * seconds);
  let state = 1;
  return Float32Array.from({ length }, (_, i) => {
    state = (state * 48_271) % 0x7fffffff;
    const noise = (state / 0x7fffffff - 0.5) * 0.002;
    const swell = Math.sin((Math.PI * (i + 0.5)) / length) ** 2;
    return offset + amplitude * swell * Math.sin((2 * Math.PI * hertz * i) / sampleRate) + noise;
  });
}

/** `samples`: interleaved, full scale -1 to 1. */
export function wavOf(samples: ArrayLike<number>, format: WavFormat = {}): Uint8Array {
  const { sampleRate = 8000, channels = 1, bits = 16, encoding = 1, extensible = false, before } = format;
  const bytes = bits / 8;
  const data = Buffer.alloc(samples.length * bytes);
  for (let i = 0; i < samples.length; i++) writeSample(data, i * bytes, samples[i] as number, bits, encoding);
  const fmt = Buffer.alloc(extensible ? 40 : 16);
  fmt.writeUInt16LE(extensible ? 0xfffe : encoding, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(sampleRate, 4);
  fmt.writeUInt32LE(sampleRate * channels * bytes, 8);
  fmt.writeUInt16LE(channels * bytes, 12);
  fmt.writeUInt16LE(bits, 14);
  if (extensible) fmt.writeUInt16LE(encoding, 24);
  const header = Buffer.from('RIFF\0\0\0\0WAVE');
  const file = [header, chunk('fmt ', fmt), before ?? Buffer.alloc(0), chunk('data', data, format.declared)];
  return new Uint8Array(Buffer.concat(file));
}

export function chunk(name: string, body: Uint8Array, declared = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(declared, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function writeSample(into: Buffer, at: number, value: number, bits: number, encoding: number): void {
  if (encoding === 3) {
    if (bits === 32) into.writeFloatLE(value, at);
    else into.writeDoubleLE(value, at);
    return;
  }
  if (bits === 8) into.writeUInt8(Math.max(0, Math.min(255, Math.round(value * 128) + 128)), at);
  else {
    const full = 2 ** (bits - 1);
    into.writeIntLE(Math.max(-full, Math.min(full - 1, Math.round(value * full))), at, bits / 8);
  }
}
