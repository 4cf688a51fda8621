// Writes a clip as WAV: 16-bit PCM, one channel, with notes on where it comes from in a LIST INFO chunk.

/** Names of INFO chunks (RIFF MCI, 1991): the software, a comment, the title. */
export type WavNotes = Readonly<Partial<Record<'ISFT' | 'ICMT' | 'INAM', string>>>;

const BITS = 16;
const PCM = 1;

/** The same samples and notes give the same bytes. */
export function writeWav(samples: Int16Array, sampleRate: number, notes: WavNotes = {}): Uint8Array {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(PCM, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(sampleRate, 4);
  format.writeUInt32LE((sampleRate * BITS) / 8, 8);
  format.writeUInt16LE(BITS / 8, 12);
  format.writeUInt16LE(BITS, 14);
  const data = Buffer.alloc(samples.length * 2);
  samples.forEach((value, i) => {
    data.writeInt16LE(value, 2 * i);
  });
  const info = Object.entries(notes).map(([name, text]) => chunk(name, Buffer.from(`${text}\0`, 'utf8')));
  const list = info.length === 0 ? [] : [chunk('LIST', Buffer.concat([Buffer.from('INFO'), ...info]))];
  // Notes come first: programs that stop at the end of the samples find them.
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), ...list, chunk('data', data)]);
  return new Uint8Array(chunk('RIFF', body));
}

/** Chunks begin at even places. */
function chunk(name: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
