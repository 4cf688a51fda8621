// What both contestants are asked, and how they answer: one round over a folder a message.
import type { Round } from '../rounds.ts';

/** The folder of pictures, for contestants, which are processes of their own. */
export const PICTURES = 'GOLDPAN_BENCH_PICTURES';

export function folderOfPictures(): string {
  const folder = process.env[PICTURES];
  if (!folder) throw new Error(`${PICTURES} names no folder`);
  return folder;
}

export function answer(round: () => Promise<Round>): void {
  process.on('message', async () => process.send?.(await round()));
}
