/** What a vitest run or the lint steps came to. */
export type Summary = {
  readonly passed: number;
  readonly failed: number;
  /** Names of what failed. */
  readonly failures: readonly string[];
  readonly files: readonly { readonly file: string; readonly seconds: number }[];
  /** Tests that this machine cannot run, each with the reason. */
  readonly notRun: readonly { readonly test: string; readonly reason: string }[];
};

export function failure(name: string): Summary {
  return { passed: 0, failed: 1, failures: [name], files: [], notRun: [] };
}

export function sum(summaries: readonly Summary[]): Summary {
  return {
    passed: summaries.reduce((total, { passed }) => total + passed, 0),
    failed: summaries.reduce((total, { failed }) => total + failed, 0),
    failures: summaries.flatMap(({ failures }) => failures),
    files: summaries.flatMap(({ files }) => files),
    notRun: summaries.flatMap(({ notRun }) => notRun),
  };
}
