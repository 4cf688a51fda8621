// Contestant: the same network in PyTorch. Arguments: model, mode.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pythonOf } from '../peer/python-environment.ts';
import { TORCH } from '../peer/torch.ts';
import { BATCHES, FILE, STEPS, type TrainedModel } from './setting.ts';

const SCRIPT = join(import.meta.dirname, '..', 'peer', 'torch_rounds.py');

const [model, mode] = process.argv.slice(2) as [TrainedModel, string];
const given = [SCRIPT, model, mode, BATCHES[model], STEPS, availableParallelism(), FILE].map(String);
const python = spawn(pythonOf(TORCH), given, { stdio: ['pipe', 'pipe', 'inherit'] });
python.on('exit', (code) => process.exit(code ?? 1));
process.on('message', () => python.stdin.write('round\n'));
createInterface(python.stdout).on('line', (line) => process.send?.(JSON.parse(line)));
process.on('SIGTERM', () => python.kill());
