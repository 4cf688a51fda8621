// Returns whether bytes begin with the header of a file within a zip (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7).

export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
}

/** The name of the first entry of a zip; empty for anything else. */
export function firstEntry(start: Uint8Array): string {
  const length = (start[26] ?? 0) + 256 * (start[27] ?? 0);
  return isZip(start) ? new TextDecoder('latin1').decode(start.subarray(30, 30 + length)) : '';
}

/** Returns whether it is an Office document whose parts lie in this folder. The list of its parts may stand at the end of the file. */
export function isOfficeOf(folder: string, start: Uint8Array): boolean {
  if (!/^(docProps|_rels|xl|word|ppt|customXml)\/|^\[Content_Types\]\.xml$/.test(firstEntry(start))) return false;
  return Buffer.from(start.buffer, start.byteOffset, start.length).includes(`${folder}/`);
}
