// Writes data to standard output as it is, for `--out -`.
import { ClientFailure, EXIT } from '#client/failure.ts';

/** Throws ClientFailure for bytes that are no text where standard output is a terminal, which would show garbage. */
export async function writeBytes(bytes: Uint8Array): Promise<void> {
  if (process.stdout.isTTY && bytes.includes(0))
    throw new ClientFailure('The items are not text, and standard output is a terminal.', {
      next: 'Pipe them to a program: goldpan sample ... --out - | program, or write a file with --out.',
      exitCode: EXIT.usage,
    });
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
