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
