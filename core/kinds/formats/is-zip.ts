// Returns whether bytes begin with the header of a file within a zip (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7).

export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
}
