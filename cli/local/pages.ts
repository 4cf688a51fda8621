// Default paths of pages.
import { join } from 'node:path';
import { stateFolder } from '#client/target.ts';

/** Returns the path of a page below the nearest `.goldpan` folder. */
export function pagePath(name: string): string {
  return join(stateFolder(process.cwd()), 'pages', name);
}
