// The environment of a process that reads what users uploaded: no credentials and no settings, because its input may be hostile.

/** Where the loader finds shared libraries of the runtime, which Lambda keeps outside of the usual folders. */
const LIBRARIES = 'LD_LIBRARY_PATH';

export function childEnvironment(parent: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const path = parent[LIBRARIES];
  return path === undefined ? {} : { [LIBRARIES]: path };
}
