// Makes a folder that several processes need: one of them makes it, whole or not at all, and the others wait.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LOOK_EVERY_MS = 100;
const OWNER = 'process';

/**
 * Calls `make` unless a call with the same `version` has ended before, in this process or another. `folder` is empty when `make`
 * begins. Throws what `make` throws; the next caller then begins again.
 */
export function madeOnce(folder: string, version: string, make: () => void): void {
  const lock = `${folder}.lock`;
  mkdirSync(dirname(folder), { recursive: true });
  while (!isMade(folder, version)) {
    if (!taken(lock)) {
      wait(LOOK_EVERY_MS);
      continue;
    }
    try {
      if (isMade(folder, version)) return;
      rmSync(folder, { recursive: true, force: true });
      make();
      writeFileSync(markerOf(folder), version);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

function markerOf(folder: string): string {
  return `${folder}.made`;
}

function isMade(folder: string, version: string): boolean {
  return read(markerOf(folder)) === version && statSync(folder, { throwIfNoEntry: false }) !== undefined;
}

/** Returns whether this process now holds the lock. The lock of a process that has ended is taken over. */
function taken(lock: string): boolean {
  const own = `${lock}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, OWNER), String(process.pid));
  try {
    // A folder with something in it is never replaced.
    renameSync(own, lock);
    return true;
  } catch {
    rmSync(own, { recursive: true, force: true });
  }
  const owner = Number(read(join(lock, OWNER)) ?? Number.NaN);
  if (Number.isInteger(owner) && !isRunning(owner)) rmSync(lock, { recursive: true, force: true });
  return false;
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
