// Stops, as opposed to bad data: each name is one that a state machine or a caller acts on.

export const FAILURE = {
  noConfiguration: 'NoConfigurationError',
  noData: 'NoDataError',
  kindNotTrained: 'KindNotTrainedError',
  unknownModel: 'UnknownModelError',
  divergence: 'DivergenceError',
  exportParity: 'ExportParityError',
  leaseLost: 'LeaseLostError',
  corruptObject: 'CorruptObjectError',
} as const;
export type FailureName = (typeof FAILURE)[keyof typeof FAILURE];

/** `message` says what went wrong, what was given and what to do next. `name` is what state machines match on. */
export class GoldpanError extends Error {
  constructor(name: FailureName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
