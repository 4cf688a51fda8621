// Errors that stop a step, as opposed to issues of the data. State machines and callers act on their names.

export const FAILURE = {
  noConfiguration: 'NoConfigurationError',
  noData: 'NoDataError',
  tooManyItems: 'TooManyItemsError',
  unknownModel: 'UnknownModelError',
  divergence: 'DivergenceError',
  exportParity: 'ExportParityError',
  leaseLost: 'LeaseLostError',
  corruptObject: 'CorruptObjectError',
  outOfMemory: 'OutOfMemoryError',
  program: 'ProgramError',
  refused: 'RefusedError',
} as const;
export type FailureName = (typeof FAILURE)[keyof typeof FAILURE];

/**
 * An error with a name that state machines match. `message` says what went wrong, what was given and what to do next.
 */
export class GoldpanError extends Error {
  constructor(name: FailureName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

const OF_CODE = [TypeError, ReferenceError, RangeError];

/** Returns whether the code itself is wrong where the error was thrown, so that every other host would meet it, too. */
export function isProgramError(error: unknown): boolean {
  return OF_CODE.some((kind) => error instanceof kind);
}

/** The same error with a name that outcomes have, and the place in the code. */
export function asProgramError(error: Error): GoldpanError {
  const place =
    error.stack
      ?.split('\n')
      .find((line) => line.startsWith('    at '))
      ?.trim() ?? 'no place is known';
  return new GoldpanError(
    FAILURE.program,
    `${error.name}: ${error.message} (${place}). This is an error of goldpan, which another host would meet again`,
    { cause: error },
  );
}
