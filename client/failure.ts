// The error with which a call of the client stops: a sentence, the next step, and the exit code of the command.

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** `message`: what went wrong and what was given. `next`: what to do. */
export class ClientFailure extends Error {
  readonly next: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, { next, exitCode = EXIT.failed }: { next?: string; exitCode?: ExitCode } = {}) {
    super(message);
    this.name = 'ClientFailure';
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** Turns any error into a sentence that a person can act on. `endpoint`: undefined for AWS itself. */
export function explainError(error: unknown, endpoint: string | undefined): ClientFailure {
  if (error instanceof ClientFailure) return error;
  const { name, message, code } = asError(error);
  const service = endpoint ?? 'AWS';
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(code)) {
    return new ClientFailure(`Nothing answers at ${service} (${code}).`, {
      next: 'Start the emulator with `goldpan local up`, or name another endpoint with --endpoint.',
    });
  }
  if (message === 'Region is missing') {
    return new ClientFailure('No AWS region is set, and no emulator is running.', {
      next: 'Start the emulator with `goldpan local up`, or for AWS set AWS_REGION or a profile that has a region.',
      exitCode: EXIT.usage,
    });
  }
  if (/Credential|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId/.test(name)) {
    return new ClientFailure(`${service} rejects the credentials: ${message}`, {
      next: 'Set AWS_PROFILE or log in again; for an emulator, name it with --endpoint.',
    });
  }
  if (/AccessDenied|NotAuthorized/.test(name)) {
    return new ClientFailure(`${service} denies access: ${message}`, {
      next: 'Ask for the permission, or use a profile that has it (AWS_PROFILE).',
    });
  }
  if (/TooManyRequests|Throttl|SlowDown/.test(name)) {
    return new ClientFailure(`${service} answers no more calls at the moment (429): ${message}`, {
      next: 'Try again in a few seconds. The endpoint answers as many calls at once as -c sampleConcurrency reserves, or else as many as the quota of the account leaves.',
    });
  }
  // Buckets that users name are explained where they are opened.
  if (name === 'NoSuchBucket') {
    return new ClientFailure(
      `The deployment at ${service} has no buckets: it was deleted, or the emulator has started anew.`,
      {
        next: 'Deploy it again. On this machine: `goldpan local up`. In an AWS account: `npx cdk deploy`.',
      },
    );
  }
  if (code === 'ENOENT') return new ClientFailure(message, { next: 'Check the path.', exitCode: EXIT.usage });
  return new ClientFailure(name === 'Error' ? message : `${name}: ${message}`);
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
