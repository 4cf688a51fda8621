// Standard input as a file of this machine, so that it is uploaded as every other one.
import { createWriteStream, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ClientFailure, EXIT } from '../failure.ts';

export const INPUT = '-';

type Input = { readonly stream: AsyncIterable<Uint8Array>; readonly name: string | undefined };

/** Replaces the path `-` by that of a file in the folder. Throws ClientFailure without a name, or with a name that is a path. */
export async function withInput(
  paths: readonly string[],
  input: Input | undefined,
  folder: string,
): Promise<readonly string[]> {
  const isAsked = paths.includes(INPUT);
  if (!isAsked && input?.name === undefined) return paths;
  const usage = (message: string) =>
    new ClientFailure(message, {
      next: 'Pipe one file and say what it is called: ... | goldpan put - --name sales.csv --dataset sales',
      exitCode: EXIT.usage,
    });
  if (!isAsked) throw usage('--name is the name of standard input, but no path is "-".');
  if (input?.name === undefined) throw usage('Standard input has no name.');
  if (paths.filter((path) => path === INPUT).length > 1) throw usage('Standard input is named twice.');
  if (basename(input.name) !== input.name || /[\\\0]/.test(input.name) || /^\.*$/.test(input.name))
    throw usage(`${input.name} is no name of a file.`);
  const home = join(folder, 'input');
  mkdirSync(home);
  const path = join(home, input.name);
  await pipeline(Readable.from(input.stream), createWriteStream(path));
  return paths.map((one) => (one === INPUT ? path : one));
}
