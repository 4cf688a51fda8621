/** Formats a share of the sentences about faults: 52 %. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
