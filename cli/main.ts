// goldpan: the entry point. Exit codes: 0 done, 1 failed, 2 wrong usage.
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
// The modules below are compiled once a release, not once a command.
enableCompileCache(join(ROOT, '.goldpan', 'compile-cache'));
const { start } = await import('./start.ts');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
await start(version, process.argv.slice(2));
