// numpy, scipy, prdc and scikit-image in a virtual environment of their own, made at the first use.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../.goldpan/bench/image-metrics');
const PYTHON = join(FOLDER, 'bin', 'python');
const PACKAGES = ['numpy==2.4.6', 'scipy==1.17.1', 'prdc==0.2', 'scikit-image==0.26.0'];
const CHECK = join(import.meta.dirname, 'image_metrics_check.py');

export type PeerMetrics = {
  readonly versions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
  /** By work: kid, fid, neighbourhood, ssim. */
  readonly seconds: Readonly<Record<string, number>>;
};

/** `folder` holds real.f32 and drawn.f32 [rows, columns], images.u8 and worse.u8 [.., side, side]. One thread. */
export function measureWithPeers(folder: string, rows: number, columns: number, side: number): PeerMetrics {
  setUp();
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const given = [CHECK, folder, String(rows), String(columns), String(side)];
  return JSON.parse(execFileSync(PYTHON, given, { encoding: 'utf8', env })) as PeerMetrics;
}

function setUp(): void {
  const installed = join(FOLDER, 'installed');
  if (existsSync(installed)) return;
  mkdirSync(dirname(FOLDER), { recursive: true });
  execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'inherit' });
  execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdio: 'inherit' });
  mkdirSync(installed);
}
