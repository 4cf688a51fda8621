// A temporary folder with the given files in it, removed when the test ends.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export function folderOf(files: Record<string, Uint8Array | string> = {}, name = 'photos'): string {
  const home = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, name);
  mkdirSync(folder);
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
  return folder;
}
