import { userInfo } from 'node:os';

/** The name of the user of this machine, for records such as a waiver or a forced gate. */
export function nameOfPerson({ USER }: { readonly USER?: string | undefined }): string {
  try {
    return USER || userInfo().username;
  } catch {
    return 'unknown';
  }
}
