// The environment variables of a function. They are read once, when the function starts; a missing variable stops it.

/** Throws when the variable is not set: the deployment is wrong, no message is. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** Returns undefined if the deployment does not set it. */
export function environmentIfSet(name: string): string | undefined {
  return process.env[name] || undefined;
}
