// Starts each program of a benchmark in a separate process, so that its time and memory are measured alone.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file in which programs leave what they have measured. */
export const OUTPUT = 'output.json';

/** Runs a program, named from the folder of benchmarks on. `execArgv`: options of Node. Throws if it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  execArgv?: readonly string[],
): Promise<void> {
  const child = fork(join(import.meta.dirname, program), args, execArgv && { execArgv: [...execArgv] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${code}`);
}

/** Returns what the programs that `run` starts have left in the file OUTPUT of a temporary folder. */
export async function outputOf<Output>(run: (folder: string) => Promise<void>): Promise<Output> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bench-'));
  try {
    await run(folder);
    return JSON.parse(readFileSync(join(folder, OUTPUT), 'utf8')) as Output;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
