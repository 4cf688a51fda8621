// The number of threads of a decoder, because Lambda's CPU share depends on the function's memory.

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: 1,769 MB of memory come with one vCPU. */
const MEBIBYTES_A_PROCESSOR = 1769;
const MOST_THREADS = 2;

export function threadsFor(memoryMiB: number): number {
  return Math.min(MOST_THREADS, Math.max(1, Math.round(memoryMiB / MEBIBYTES_A_PROCESSOR) || 1));
}
