// Runs a long training in pieces: with GOLDPAN_PIECE_MINUTES it stops after this number of CPU minutes, and the same command continues it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import {
  decodeState,
  encodeState,
  type SavedState,
  START,
  TrainingProgress,
} from '../containers/trainer/state/checkpoint.ts';
import { Stopped } from '../containers/trainer/state/stop.ts';

const FITS = resolve(import.meta.dirname, '../.goldpan/bench/fits');
const used: string[] = [];

export type KeptFit = {
  readonly progress: TrainingProgress;
  readonly saved: SavedState | undefined;
  /** CPU minutes of earlier pieces. */
  readonly minutes: number;
  store(progress: TrainingProgress, state: SavedState, minutes: number): void;
  /** Throws Stopped where a piece that has run for so many CPU minutes is to end. */
  check(minutes: number): void;
};

type Stored = { readonly progress: TrainingProgress; readonly minutes: number };

/** CPU minutes of a piece; Infinity = nothing is kept. */
export function pieceMinutes(): number {
  return Number(process.env.GOLDPAN_PIECE_MINUTES ?? Number.POSITIVE_INFINITY);
}

/** `items` of the train split belong to the name of what is kept, as the settings do. */
export function keptFit(train: ResolvedTrain, items: number): KeptFit {
  const piece = pieceMinutes();
  if (!Number.isFinite(piece)) {
    const none = () => undefined;
    return { progress: START, saved: undefined, minutes: 0, store: none, check: none };
  }
  const stem = keptPath(JSON.stringify({ train, items }));
  const stateFile = keepFile(`${stem}.safetensors`);
  const progressFile = keepFile(`${stem}.json`);
  const earlier: Stored | undefined = existsSync(progressFile)
    ? JSON.parse(readFileSync(progressFile, 'utf8'))
    : undefined;
  return {
    progress: earlier ? TrainingProgress.parse(earlier.progress) : START,
    saved: earlier && decodeState(readFileSync(stateFile)),
    minutes: earlier?.minutes ?? 0,
    store(progress, state, minutes) {
      writeFileSync(stateFile, encodeState(state));
      writeFileSync(progressFile, JSON.stringify({ progress, minutes } satisfies Stored));
    },
    check(minutes) {
      if (minutes < piece) return;
      throw new Stopped(`${piece} CPU minutes are done: the same command goes on from there`);
    },
  };
}

/** Returns a path without an ending, in a folder that exists, for what belongs to these settings. */
export function keptPath(settings: string): string {
  mkdirSync(FITS, { recursive: true });
  return join(FITS, createHash('sha256').update(settings).digest('hex').slice(0, 12));
}

/** Returns the file, which `forgetFits` removes. */
export function keepFile(file: string): string {
  used.push(file);
  return file;
}

/** Removes what the trainings of this process kept: the next time they begin anew. */
export function forgetFits(): void {
  for (const file of used) rmSync(file, { force: true });
}
