// Checks which processes of a trainer use the GPU: only the engine may, because no other process needs its memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { jobFor, sealSquares } from '../../test/unit/trainer/squares.ts';
import { lowerIsBetter, type Row } from '../benchmark.ts';
import { folderStore } from '../soak/folder-store.ts';
import type { BenchDevice } from './device.ts';

const TRAINER = join(import.meta.dirname, '../soak/trainer.ts');
const LOOK_EVERY_MS = 100;

/** Watches a whole run of the trainer. Throws if the run fails, or if no engine was seen using the GPU. */
export async function gpuHolders(device: BenchDevice): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-gpu-'));
  try {
    const job = jobFor({ model: 'vae', preset: 'plain', epochs: 8, batchSize: 8, patience: 8 });
    await sealSquares(folderStore(folder), job);
    const child = spawn(process.execPath, [TRAINER, folder, JSON.stringify(job)], {
      env: { ...process.env, ...device.variables },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const holders = new Set<number>();
    const ended = once(child, 'exit');
    while (child.exitCode === null && child.signalCode === null) {
      for (const id of withChildren(child.pid as number)) if (holdsDevice(id, device)) holders.add(id);
      await Promise.race([ended, setTimeout(LOOK_EVERY_MS)]);
    }
    if (child.exitCode !== 0) throw new Error(`the trainer ended with ${child.exitCode ?? child.signalCode}`);
    if (holders.size === 0) throw new Error('no process of the trainer was seen with the GPU');
    if (holders.has(child.pid as number)) throw new Error('process 1 of the trainer holds the GPU');
    return lowerIsBetter({
      ...{ metric: 'processes of a trainer that hold the GPU', unit: 'processes', goal: 1 },
      ...{ ours: holders.size, peer: 1, peerName: 'the engine alone' },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process that has not mapped the driver's library, nor opened a device, has no memory there. In a rehearsal: TensorFlow's library. */
function holdsDevice(id: number, { kind }: BenchDevice): boolean {
  try {
    const maps = readFileSync(`/proc/${id}/maps`, 'utf8');
    if (kind === 'cpu') return maps.includes('libtensorflow');
    const opened = readdirSync(`/proc/${id}/fd`).map((fd) => linkOf(`/proc/${id}/fd/${fd}`));
    return maps.includes('libcuda.so') || opened.some((file) => /^\/dev\/nvidia\d/.test(file));
  } catch {
    // The process has ended meanwhile.
    return false;
  }
}

function withChildren(id: number): number[] {
  try {
    const text = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim();
    return [id, ...(text === '' ? [] : text.split(' ').map(Number))];
  } catch {
    return [id];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
