// Lines that TensorFlow prints at each start and that nobody needs. They cannot be switched off, because they are written before TensorFlow
// reads its log level. Without them, important lines are noticed.
const NEEDLESS = [
  /^WARNING: All log messages before absl::InitializeLog\(\)/,
  /oneDNN custom operations are on/,
  /This TensorFlow binary is optimized to use available CPU instructions/,
  /^To enable the following instructions: /,
  /Unable to register cu(BLAS|DNN|FFT) factory/,
  /computation placer already registered/,
  /successful NUMA node read from SysFS had negative value/,
];

/** Returns whether a line of the engine's log is one that a person must see. */
export function isWorthReading(line: string): boolean {
  return line.trim() !== '' && !NEEDLESS.some((pattern) => pattern.test(line));
}
