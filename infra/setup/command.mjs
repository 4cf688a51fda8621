import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { SetupError } from './errors.mjs';
import { childEnv, join, logs, root } from './paths.mjs';

const tailLines = 6;
// Searched only in the lines in which npm, pip and Node report an error, because the output of a compiler may contain any word.
const errorLine = /npm (error|ERR!)|\b(ERROR|WARNING):|\b(Type)?Error: /;
const networkSign =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|\bE?(40[1347]|429|50[0-4])\b|certificate|timed out|No matching distribution|Could not find a version|connection (broken|error|refused|reset)|fetch failed/i;

/**
 * Runs a command with its output in a log file. Rejects with SetupError on a non-zero exit: what was being done, whether the
 * network looks like the cause, the last lines, and where the log is.
 */
export async function run(doing, command, args, { cwd = root, env } = {}) {
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `setup-${doing.replace(/[^a-z0-9.]+/gi, '-')}.log`);
  const log = createWriteStream(logFile);
  const child = spawn(command, args, { cwd, env: childEnv(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      log.write(bytes);
      output = (output + bytes).slice(-64_000);
    });
  }
  const failure = await new Promise((settle) => {
    child.once('error', (error) =>
      settle(error.code === 'ENOENT' ? `${command} was not found: install it` : error.message),
    );
    child.once('close', (code, signal) =>
      settle(code === 0 ? undefined : `${command} failed with ${signal ?? `exit code ${code}`}`),
    );
  });
  log.end();
  if (failure) throw new SetupError(explain(doing, failure, output, logFile));
  return output;
}

/** The message for a failed command; exported for its test. */
export function explain(doing, failure, output, logFile) {
  const tail = output
    .trim()
    .split('\n')
    .slice(-tailLines)
    .map((line) => `  ${line}\n`)
    .join('');
  const lines = output.split('\n');
  const advice = lines.some((line) => errorLine.test(line) && networkSign.test(line))
    ? 'A download seems to have failed. Check the network, the proxy variables and the npm and pip registry settings, then run the command again: completed steps are kept.'
    : 'Fix the cause and run the command again: completed steps are kept.';
  return `${doing} failed (${failure}).\n${advice}\n${output.trim() ? tail : ''}  full log: ${logFile}`;
}
