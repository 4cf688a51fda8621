// Opens a page in the browser of this machine.
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Terminal } from '../terminal/terminal.ts';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Says so where the machine has no program for it; the page is there all the same. */
export function openInBrowser(file: string, terminal: Pick<Terminal, 'say'>): void {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  child.once('error', () => terminal.say(`No browser could be opened (${program} is missing). Open ${file} yourself.`));
  child.unref();
}
