// The environment variables of a function. They are read once, when the function starts; a missing variable stops it.

/** Returns the value of the variable. Throws if it is not set, which is a fault of the deployment and not of a message. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** Returns the value of the variable; undefined if the deployment does not set it. */
export function environmentIfSet(name: string): string | undefined {
  return process.env[name] || undefined;
}
