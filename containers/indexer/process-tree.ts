// Processes with all that they have started, such as Spark with Java and the kernels.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Returns the process and all that it has started so far. */
export async function processTree(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/ +/).map(Number));
  const tree = [pid];
  for (const parent of tree) for (const [id = 0, of] of pairs) if (of === parent) tree.push(id);
  return tree;
}

/** Ends a process and all that it has started, at once. */
export async function killTree(pid: number): Promise<void> {
  for (const id of await processTree(pid))
    try {
      process.kill(id, 'SIGKILL');
    } catch (error) {
      // It may have ended in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}
