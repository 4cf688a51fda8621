import { lstatSync, rmSync, symlinkSync } from 'node:fs';
import { join, root } from '../paths.mjs';

const link = join(root, 'node_modules', '.bin', 'goldpan');

/** Makes `npx goldpan` work in the checkout, because npm links the commands of dependencies but not those of the package itself. */
export const linkStep = {
  id: 'link',
  title: 'the goldpan command',
  needs: ['packages'],
  inputs: ['../../cli/bin.mjs'],
  mibOnDisk: 0,
  done: () => Boolean(lstatSync(link, { throwIfNoEntry: false })),
  async run() {
    rmSync(link, { force: true });
    symlinkSync('../../cli/bin.mjs', link);
    return '`npx goldpan --help`';
  },
};
