// What stops a command: a sentence for people, what to do next, and the exit code.

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** `message` says what went wrong and what was given; `next` what to do about it. */
export class CommandFailure extends Error {
  readonly next: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, { next, exitCode = EXIT.failed }: { next?: string; exitCode?: ExitCode } = {}) {
    super(message);
    this.name = 'CommandFailure';
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** Turns whatever was thrown into something a person can act on; a stack trace never helps one. */
export function explainError(error: unknown, endpoint: string | undefined): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const { name, message, code } = asError(error);
  const place = endpoint ?? 'AWS';
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(code)) {
    return new CommandFailure(`Nothing answers at ${place} (${code}).`, {
      next: 'Start the emulator with `goldpan local up`, or name another target with --endpoint.',
    });
  }
  if (/Credential|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId/.test(name)) {
    return new CommandFailure(`${place} does not take the credentials: ${message}`, {
      next: 'Set AWS_PROFILE or log in again; for an emulator, name it with --endpoint.',
    });
  }
  if (/AccessDenied|NotAuthorized/.test(name)) {
    return new CommandFailure(`${place} does not allow this: ${message}`, {
      next: 'Ask for the right, or use a profile that has it (AWS_PROFILE).',
    });
  }
  if (code === 'ENOENT') return new CommandFailure(message, { next: 'Check the path.', exitCode: EXIT.usage });
  return new CommandFailure(name === 'Error' ? message : `${name}: ${message}`);
}

/** Several refused connections come wrapped in an AggregateError without a message of its own. */
function asError(error: unknown): { name: string; message: string; code: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: '' };
  const inner = error instanceof AggregateError ? (error.errors as unknown[])[0] : error.cause;
  const code = String(
    (error as NodeJS.ErrnoException).code ?? (inner as NodeJS.ErrnoException | undefined)?.code ?? '',
  );
  return { name: error.name, message: error.message || code || error.name, code };
}
