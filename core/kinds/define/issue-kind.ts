// What an issue code stands for. The codes of a kind of data lie in that kind's room.

export const DIMENSIONS = ['accuracy', 'completeness', 'consistency', 'timeliness'] as const;
type Dimension = (typeof DIMENSIONS)[number];

/** reject: the item is refused; fix: it was mended; flag: it is kept and marked. What a rule does may be set otherwise. */
export type Severity = 'reject' | 'fix' | 'flag';
export type IssueKind = { dimension: Dimension; severity: Severity; sentence: string; remedy: string };

const kindOf =
  (severity: Severity) =>
  (dimension: Dimension, sentence: string, remedy: string): IssueKind => ({ dimension, severity, sentence, remedy });

export const reject = kindOf('reject');
export const fix = kindOf('fix');
export const flag = kindOf('flag');
