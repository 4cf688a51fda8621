// The messages to both contestants and their answers: each message is one round over a folder.
import type { Round } from '../rounds.ts';

/** Environment variable with the folder of images; the contestants are separate processes. */
export const PICTURES = 'GOLDPAN_BENCH_PICTURES';

export function folderOfPictures(): string {
  const folder = process.env[PICTURES];
  if (!folder) throw new Error(`${PICTURES} names no folder`);
  return folder;
}

export function answer(round: () => Promise<Round>): void {
  process.on('message', async () => process.send?.(await round()));
}
