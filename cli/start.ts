// Parses the command line and sets the exit code.
import { CommanderError } from '@commander-js/extra-typings';
import { EXIT } from '#client/failure.ts';
import { buildProgram } from './program.ts';

/** `words`: the arguments after `goldpan`. */
export async function start(version: string, words: readonly string[]): Promise<void> {
  // `goldpan ... | head` closes the pipe early, which is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  try {
    const program = await buildProgram(version, words);
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}
