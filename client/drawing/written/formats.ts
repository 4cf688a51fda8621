// The formats of files that drawn items are written to, by the extension of the file.
import { extname } from 'node:path';
import { ClientFailure, EXIT } from '../../failure.ts';

/** Writes to standard output, in the format that the kind of data has by default. */
export const STDOUT = '-';

/** Formats that the endpoint answers in. */
const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.npy': 'application/x-npy',
  '.json': 'application/json',
  '.flac': 'audio/flac',
  '.zip': 'application/zip',
  '.csv': 'text/csv',
  '.jsonl': 'application/x-ndjson',
  '.parquet': 'application/vnd.apache.parquet',
  '.txt': 'text/plain',
};
/** Formats that are made here of what the endpoint draws: of PNGs, one of the whole grid or one a frame, and of tunes in ABC notation. */
const CONVERTED: Readonly<Record<string, { readonly format: Converted; readonly accept: string }>> = {
  '.jpg': { format: 'jpeg', accept: 'image/png' },
  '.jpeg': { format: 'jpeg', accept: 'image/png' },
  '.webp': { format: 'webp', accept: 'image/png' },
  '.gif': { format: 'gif', accept: 'application/json' },
  '.abc': { format: 'abc', accept: 'text/plain' },
  '.mid': { format: 'midi', accept: 'text/plain' },
  // Of clips it is drawn by the endpoint.
  '.wav': { format: 'wav', accept: 'audio/wav, text/plain;q=0.5' },
};

/** What is made here: of pictures, and of tunes. */
export type Converted = 'jpeg' | 'webp' | 'gif' | 'abc' | 'midi' | 'wav';

export type Written = {
  /** The media type that the endpoint is asked for. */
  readonly accept: string;
  readonly converted?: Converted;
  readonly to: 'file' | 'folder' | 'stdout' | 'default';
};

/** `out`: undefined for a file with the name and the format of the kind. Throws ClientFailure for an extension that cannot be written. */
export function writtenAs(out: string | undefined): Written {
  if (out === undefined) return { accept: '*/*', to: 'default' };
  if (out === STDOUT) return { accept: '*/*', to: 'stdout' };
  const extension = extname(out).toLowerCase();
  if (extension === '') return { accept: TYPES['.json'] as string, to: 'folder' };
  const converted = CONVERTED[extension];
  if (converted) return { accept: converted.accept, converted: converted.format, to: 'file' };
  const accept = TYPES[extension];
  if (accept !== undefined) return { accept, to: 'file' };
  throw new ClientFailure(`--out ${out}: ${extension} files cannot be written.`, {
    next: `Use a folder, - for standard output, or one of ${[...Object.keys(TYPES), ...Object.keys(CONVERTED)].join(', ')}.`,
    exitCode: EXIT.usage,
  });
}

/** Throws ClientFailure for an `--out` that no kind of data can be written to. */
export function checkOut(out: string | undefined, isJson: boolean): void {
  if (writtenAs(out).to === 'stdout' && isJson) throw bothOnStdout();
}

export function bothOnStdout(): ClientFailure {
  return new ClientFailure('--out - and --json both write to standard output.', {
    next: 'Leave one of them out.',
    exitCode: EXIT.usage,
  });
}

export function extensionOf(contentType: string): string {
  if (contentType.startsWith('audio/wav')) return '.wav';
  return Object.keys(TYPES).find((extension) => contentType.startsWith(TYPES[extension] as string)) ?? '.png';
}
