// Unpacks bzip2 that is whole in memory.

const CHUNK_BYTES = 2 ** 20;

/** Streams that follow one another are joined. Stops one byte beyond `most` bytes, which shows that there is more. Throws Error for damaged bytes. */
export async function bzip2Chunks(packed: Uint8Array, most: number): Promise<Uint8Array[]> {
  const { default: bunzip } = await import('seek-bzip');
  const chunks: Uint8Array[] = [];
  let chunk = new Uint8Array(Math.min(CHUNK_BYTES, most + 1));
  let length = 0;
  let total = 0;
  const writeByte = (byte: number) => {
    if (length === chunk.length) {
      chunks.push(chunk);
      chunk = new Uint8Array(CHUNK_BYTES);
      length = 0;
    }
    chunk[length++] = byte;
    if (++total > most) throw new Error('too much');
  };
  try {
    bunzip.decode(packed, { writeByte, flush: () => undefined }, true);
  } catch (error) {
    if (total <= most) throw error;
  }
  return [...chunks, chunk.subarray(0, length)];
}
