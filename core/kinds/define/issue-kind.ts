// The definition of an issue code. The codes of a kind of data are in the folder of that kind.

export const DIMENSIONS = ['accuracy', 'completeness', 'consistency', 'timeliness'] as const;
type Dimension = (typeof DIMENSIONS)[number];

/**
 * reject: the item is refused. fix: the item is corrected. flag: the item is kept and marked. dataset.yaml can change the action of a rule.
 */
export type Severity = 'reject' | 'fix' | 'flag';
export type IssueKind = { dimension: Dimension; severity: Severity; sentence: string; remedy: string };

const kindOf =
  (severity: Severity) =>
  (dimension: Dimension, sentence: string, remedy: string): IssueKind => ({ dimension, severity, sentence, remedy });

export const reject = kindOf('reject');
export const fix = kindOf('fix');
export const flag = kindOf('flag');
