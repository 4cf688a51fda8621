// A question on the terminal that is answered with yes or no.
import { createInterface } from 'node:readline/promises';
import { ClientFailure, EXIT } from '#client/failure.ts';

type Streams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  /** Advice for the case that nobody can be asked. */
  readonly next: string;
};

/** Returns whether the answer is yes; an empty answer is no. Throws ClientFailure where stdin is no terminal. */
export async function askYesOrNo(question: string, { stdin, stderr, next }: Streams): Promise<boolean> {
  if (!stdin.isTTY)
    throw new ClientFailure('This needs a confirmation, and standard input is not a terminal.', {
      next,
      exitCode: EXIT.usage,
    });
  const reader = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
