// What is taken in at most. Each limit is named in the issue that refuses what exceeds it.

const MIB = 2 ** 20;

export const LIMITS = {
  /** One dropped object. */
  uploadBytes: 5 * 1024 * MIB,
  /** One file, dropped alone or inside an archive. */
  fileBytes: 64 * MIB,
  /** One table, as it is stored. */
  tableBytes: 1024 * MIB,
  archiveEntries: 200_000,
  /** All files of one archive, unpacked. */
  archiveBytes: 20 * 1024 * MIB,
  /** A tar archive, unpacked: it has no list of its files, so each unit reads it from the front. */
  tarBytes: 1024 * MIB,
  /** Unpacked to packed size of one entry; small files are exempt, since they cannot hurt. */
  archiveRatio: 200,
  archiveRatioFloorBytes: MIB,
  imagePixels: 50_000_000,
  /** One unit: what one function call cleans in well under a minute. */
  unitEntries: 2_000,
  unitBytes: 256 * MIB,
  /** What a minute decodes of the slowest format. */
  unitPixels: 2_000_000_000,
  /** Items of a dataset that one function lines up; a container takes more (docs/scale.md). */
  indexItems: 500_000,
  /** Quarantined items of one unit kept with their bytes; the rest is counted. */
  quarantineItems: 1_000,
  quarantineBytes: 64 * MIB,
  /** Quarantined items of one unit that are named, with their rows; the rest is counted in the verdict. */
  quarantineLines: 10_000,
  quarantineLineBytes: 32 * MIB,
} as const;
