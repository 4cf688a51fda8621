// Runs the Python of docs/files.md as it stands, on files that the tests have stored.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '#client/target.ts';
import { deployment } from './deployed.ts';

const PYTHON = join(ROOT, '.goldpan', 'python', 'bin', 'python');
/** Why the examples cannot run here; undefined if they can. */
export const NO_PYTHON = existsSync(PYTHON) ? undefined : 'Python has no packages: npm run setup -- --python';
/** `npm run bench -- exported-data` runs it on real exports; its package would double what is installed. */
const RUN_BY_BENCH = 'from datasets import load_dataset';
/** The file names of the examples, and the keys that stand for them. */
const FILES: Readonly<Record<string, (dataset: string) => readonly [prefix: string, ending: RegExp]>> = {
  'part.parquet': (dataset) => [`parts/${dataset}/`, /\.parquet$/],
  'quarantine.jsonl': (dataset) => [`quarantine/${dataset}/`, /\.jsonl$/],
  'items.parquet': (dataset) => [`snapshots/${dataset}/`, /\/items\.parquet$/],
  'train-00000.npy': (dataset) => [`snapshots/${dataset}/`, /\/train-00000\.npy$/],
  'train-00000-labels.npy': (dataset) => [`snapshots/${dataset}/`, /\/train-00000-labels\.npy$/],
  'metrics.jsonl': (dataset) => [`runs/${dataset}/`, /\/metrics\.jsonl$/],
  'state-0123456789abcdef.safetensors': (dataset) => [`runs/${dataset}/`, /\/state-\w+\.safetensors$/],
  'decoder.onnx': (dataset) => [`models/${dataset}/`, /\/decoder\.onnx$/],
};

export type FileExample = { readonly code: string; readonly printed: string };

/** Puts the files into `folder` and returns what each example printed. Throws with the last words of one that fails. */
export async function runFileExamples(dataset: string, folder: string): Promise<FileExample[]> {
  const page = readFileSync(join(ROOT, 'docs', 'files.md'), 'utf8');
  const codes = [...page.matchAll(/^```python\n(.*?)^```/gms)].map(([, code = '']) => code);
  const mine = codes.filter((code) => !code.includes(RUN_BY_BENCH));
  const names = new Set(
    mine.flatMap((code) => [...code.matchAll(/"([\w-]+\.(?:parquet|jsonl|npy|safetensors|onnx))"/g)]),
  );
  for (const [, name = ''] of names) await fetchFile(dataset, name, folder);
  const run = promisify(execFile);
  return Promise.all(
    mine.map(async (code) => ({ code, printed: (await run(PYTHON, ['-c', code], { cwd: folder })).stdout })),
  );
}

async function fetchFile(dataset: string, name: string, folder: string): Promise<void> {
  const place = FILES[name]?.(dataset);
  if (!place) throw new Error(`docs/files.md opens ${name}, and no stored file stands for it here`);
  const [prefix, ending] = place;
  for await (const { key } of deployment.data.list(prefix)) {
    if (!ending.test(key)) continue;
    writeFileSync(join(folder, name), (await deployment.data.get(key))?.body ?? '');
    return;
  }
  throw new Error(`nothing under ${prefix} ends like ${name}`);
}
