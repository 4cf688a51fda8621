import { ClientFailure } from '#client/failure.ts';

/** Loads a module that only a checkout has. Throws ClientFailure in the package of npm, which leaves such modules out. */
export async function fromCheckout<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ClientFailure('This command needs a checkout of goldpan; this installation is the npm package.', {
      next: 'Run it in a checkout after `npm run setup`. README.md has what runs where.',
    });
  }
}
