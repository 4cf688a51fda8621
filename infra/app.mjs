// Starts the CDK app with the pinned Node, or with the Node of the shell if the pinned one is not installed, as on macOS and Windows.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const pinned = join(folder, '../node_modules/.bin/node');
const node = process.platform === 'linux' && existsSync(pinned) ? pinned : process.execPath;
const { status } = spawnSync(node, [...process.execArgv, join(folder, 'app.ts')], { stdio: 'inherit' });
process.exit(status ?? 1);
