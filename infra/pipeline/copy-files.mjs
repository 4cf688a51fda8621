// `copy-files.mjs FROM TO [FROM TO]...`: copies files and folders into the package of a function, in the same way on every system.
import { cpSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const paths = process.argv.slice(2);
for (let i = 0; i + 1 < paths.length; i += 2) {
  mkdirSync(dirname(paths[i + 1]), { recursive: true });
  cpSync(paths[i], paths[i + 1], { recursive: true });
}
