/** A failure that the user can fix. The message says what happened and what to do; it is shown without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}
