// Has the texts of documents extracted by a child process: a document that ends it, hangs it or lets it grow costs itself, not the unit.
import type { Format } from '../../formats/format.ts';
import { FORMATS } from '../../formats/register.ts';
import { type ChildLimits, openLimitedChild } from '../../processes/limited-child.ts';
import type { Extracted, ExtractRequest } from './extract-process.ts';

const LIMITS: ChildLimits = { timeoutMs: 20_000, memoryBytes: 800 * 2 ** 20 };

export type Extract = (bytes: Uint8Array, format: Format) => Promise<Extracted>;
export type Extractor = { readonly extract: Extract; close(): void };

/**
 * `entry`: the file of extract-process, as source or bundled. The process starts with the first document. `extract` throws if the process
 * does not start, which is not an issue of the document. Callers wait for each document.
 */
export function openExtractor(entry: string, limits: Partial<ChildLimits> = {}): Extractor {
  const inForce = { ...LIMITS, ...limits };
  const reasons = {
    ended: 'bytes on which its reader crashes',
    slow: `reading takes more than ${inForce.timeoutMs / 1000} s of CPU time`,
    memory: 'reading takes more memory than there is for one document',
  };
  const child = openLimitedChild<Omit<ExtractRequest, 'id'>, Extracted>({
    entry,
    heapMiB: 512,
    limits: inForce,
    clockOfCpu: 5,
    name: 'the reader of documents',
    failed: (cause) => ({ ok: false, code: 'text.broken-document', given: reasons[cause] }),
  });
  return { extract: (bytes, format) => child.ask({ format: nameOf(format), bytes }), close: child.close };
}

function nameOf(format: Format): keyof typeof FORMATS {
  const found = Object.entries(FORMATS).find(([, one]) => one === format);
  if (!found) throw new RangeError(`${format.name} is not in the register`);
  return found[0] as keyof typeof FORMATS;
}
