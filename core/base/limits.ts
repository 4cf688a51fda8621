// Limits on input. The issue that rejects an input names its limit.

const MIB = 2 ** 20;

export const LIMITS = {
  /** Bytes of one uploaded object. */
  uploadBytes: 5 * 1024 * MIB,
  /** A message that failed so often goes to the dead-letter queue. */
  messageReceives: 5,
  /** Bytes of one file, uploaded separately or in an archive. */
  fileBytes: 64 * MIB,
  /** Bytes of one table file. */
  tableBytes: 1024 * MIB,
  archiveEntries: 200_000,
  /** Unpacked bytes of one archive. */
  archiveBytes: 20 * 1024 * MIB,
  /** Unpacked bytes of one tar archive, which has no index: each unit reads it from the start. */
  tarBytes: 1024 * MIB,
  /** Ratio of unpacked to packed size of one entry; small files are exempt. */
  archiveRatio: 200,
  archiveRatioFloorBytes: MIB,
  imagePixels: 50_000_000,
  /** Files of one unit, so that one call takes less than a minute. */
  unitEntries: 2_000,
  unitBytes: 256 * MIB,
  /** Half a second of CPU time a MiB: cleaning texts costs far more than unpacking them. */
  textUnitBytes: 16 * MIB,
  /** Lines or records of one unit: short ones take far more memory as items than they do in the file. */
  textUnitDocuments: 100_000,
  /** A unit that was planned under another configuration may have more; what exceeds this is refused. */
  textUnitMostDocuments: 200_000,
  /** Unpacked bytes of one archive of lines or records, which are counted when it is planned. */
  lineArchiveBytes: 1024 * MIB,
  /** Pixels of one unit, those of slow formats counted several times: what one call decodes in a minute or so. */
  unitPixels: 2_000_000_000,
  /** Samples of one unit of sounds, each counted as of two channels: what one call decodes and measures before it is stopped. */
  unitSamples: 640_000_000,
  /** Samples of all clips that the recordings of one unit are cut into: what one call holds in memory and stores. */
  unitCutSamples: 100_000_000,
  /** Items of a dataset that one function can index; a container can index more (docs/scale.md). */
  indexItems: 500_000,
  /** Items of a dataset that one process can index: a Map holds 16.7 million entries, a file that is read at once 2 GiB (docs/scale.md). */
  indexWorkerItems: 10_000_000,
  /** Quarantined items of one unit that are stored with their bytes; the others are counted. */
  quarantineItems: 1_000,
  quarantineBytes: 64 * MIB,
  /** Quarantined items of one unit that are listed with their rows; the others are counted in the verdict. */
  quarantineLines: 10_000,
  quarantineLineBytes: 32 * MIB,
} as const;
