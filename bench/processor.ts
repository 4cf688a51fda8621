// The processor that a result was measured on: its vector width decides ratios of training speed.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const CPU_INFO = '/proc/cpuinfo';

export type Processor = {
  readonly model: string;
  /** The widest vector instructions, and whether there are products of bfloat16 numbers. */
  readonly vectors: 'AVX-512 with bfloat16' | 'AVX-512' | 'AVX2' | 'unknown';
};

/** `cpuInfo`: the text of /proc/cpuinfo. */
export function processor(cpuInfo: string = readCpuInfo()): Processor {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuInfo)?.[1]?.split(' '));
  const has = (...names: readonly string[]) => names.some((name) => flags.has(name));
  return { model: cpus()[0]?.model ?? 'unknown', vectors: widest(has) };
}

function widest(has: (...names: readonly string[]) => boolean): Processor['vectors'] {
  if (has('avx512f')) return has('avx512_bf16', 'amx_bf16') ? 'AVX-512 with bfloat16' : 'AVX-512';
  return has('avx2') ? 'AVX2' : 'unknown';
}

function readCpuInfo(): string {
  try {
    return readFileSync(CPU_INFO, 'utf8');
  } catch {
    return '';
  }
}
