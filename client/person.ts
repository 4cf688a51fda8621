import { userInfo } from 'node:os';

/** The name of the user of this machine, for records such as a waiver or a forced gate. */
export function nameOfPerson(): string {
  try {
    return process.env.USER || userInfo().username;
  } catch {
    return 'unknown';
  }
}
