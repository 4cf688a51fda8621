// The information that codes hold of their items: how much likelier a code is by the posterior of its item than by those of all of them
// (Hoffman and Johnson 2016). Unlike the KL, it does not count what all posteriors have in common.

/** Maximum number of items: of n items it is log n at most. */
const MOST_ITEMS = 1_000;
const LOG_TWO_PI = Math.log(2 * Math.PI);

export type Posteriors = {
  /** [items, latentDim], all three; `code`: a draw of each. */
  readonly zMean: Float32Array;
  readonly zLogVar: Float32Array;
  readonly code: Float32Array;
};

/** Returns nats. */
export function mutualInformation({ zMean, zLogVar, code }: Posteriors, latentDim: number): number {
  const items = Math.min(MOST_ITEMS, zMean.length / latentDim);
  if (items === 0) return 0;
  const precision = zLogVar.subarray(0, items * latentDim).map((logVar) => Math.exp(-logVar));
  const constants = Float64Array.from({ length: items }, (_, item) => {
    let sum = 0;
    for (let at = item * latentDim; at < (item + 1) * latentDim; at++) sum += (zLogVar[at] as number) + LOG_TWO_PI;
    return -sum / 2;
  });
  const logs = new Float64Array(items);
  let information = 0;
  for (let drawn = 0; drawn < items; drawn++) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let item = 0; item < items; item++) {
      let distance = 0;
      for (let at = 0; at < latentDim; at++) {
        const place = item * latentDim + at;
        const difference = (code[drawn * latentDim + at] as number) - (zMean[place] as number);
        distance += difference * difference * (precision[place] as number);
      }
      const log = (constants[item] as number) - distance / 2;
      logs[item] = log;
      highest = Math.max(highest, log);
    }
    let sum = 0;
    for (const log of logs) sum += Math.exp(log - highest);
    information += (logs[drawn] as number) - highest - Math.log(sum / items);
  }
  return information / items;
}
