// Contestant: the same network in PyTorch. Arguments: model, mode. BENCH_DEVICE=gpu: on a GPU.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { efficientNetLite } from '../../containers/trainer/features/efficientnet-lite.ts';
import { pythonOf } from '../peer/python-environment.ts';
import { TORCH } from '../peer/torch.ts';
import { BATCHES, FILE, STEPS, type TrainedModel } from './setting.ts';

const FEATURES = join(import.meta.dirname, '../../.goldpan/native/features');
const SCRIPT = join(import.meta.dirname, '..', 'peer', 'torch_rounds.py');

const [model, mode] = process.argv.slice(2) as [TrainedModel, string];
const given = [SCRIPT, model, mode, BATCHES[model], STEPS, availableParallelism(), FILE].map(String);
const folder = mkdtempSync(join(tmpdir(), 'goldpan-torch-'));
const lite0 = join(folder, 'lite0.json');
writeFileSync(lite0, JSON.stringify({ ...efficientNetLite('lite0'), weights: resolve(FEATURES, 'lite0.safetensors') }));
const env = { ...process.env, TORCH_LITE0: lite0 };
const python = spawn(pythonOf(TORCH), given, { stdio: ['pipe', 'pipe', 'inherit'], env });
python.on('exit', (code) => {
  rmSync(folder, { recursive: true });
  process.exit(code ?? 1);
});
process.on('message', () => python.stdin.write('round\n'));
createInterface(python.stdout).on('line', (line) => process.send?.(JSON.parse(line)));
process.on('SIGTERM', () => python.kill());
