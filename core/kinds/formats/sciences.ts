// Formats of sciences, of maps and of stores of records, which would pass for texts or for unknown bytes.
import { type Format, refusedFormat, signed, typed } from './format.ts';

const SEQUENCE_LINE = /^[A-Za-z*.-]{10,}$/;
const FEWEST_LINES = 2;

export const SCIENCE_FORMATS = {
  fasta: refusedFormat('a FASTA file of sequences', 'Write one sequence a row: seqkit fx2tab {file} > {name}.tsv', {
    tells: isFasta,
  }),
  fastq: refusedFormat('a FASTQ file of sequences', 'Write one sequence a row: seqkit fx2tab {file} > {name}.tsv', {
    tells: isFastq,
  }),
  variants: refusedFormat('a VCF file of genetic variants', "Take out its table: grep -v '^##' {file} > {name}.tsv", {
    tells: (text) => /^##fileformat=VCF/i.test(text),
  }),
  genes: refusedFormat(
    'a GFF or GTF file of genes',
    "Take out its rows, and name the columns yourself (table.header: false): grep -v '^#' {file} > {name}.tsv",
    { tells: (text) => /^##(gff-version|gtf-version|sequence-region)|^#!genome-build/i.test(text) },
  ),
  alignments: refusedFormat(
    'a SAM, BAM or CRAM file of aligned sequences',
    'Write its rows as text: samtools view {file} > {name}.tsv',
    { ...signed('BAM\x01', 'CRAM'), tells: (text) => /^@(HD\tVN|SQ\tSN|RG\tID|PG\tID):/.test(text) },
  ),
  structure: refusedFormat(
    'a structure of molecules (PDB, mmCIF, SDF, MOL2)',
    'Write its atoms as CSV with Biopython, gemmi or RDKit in Python.',
    {
      tells: (text) =>
        /^HEADER {4}.* \d\d-[A-Z]{3}-\d\d/.test(text) ||
        (/^(HEADER|TITLE|CRYST1|REMARK|ATOM {2}|HETATM)/.test(text) && /^(ATOM {2}|HETATM) *\d+ /m.test(text)) ||
        /^data_\S*\s+#?\s*\n?_(entry|audit|cell|chemical)/.test(text) ||
        /^@<TRIPOS>/m.test(text) ||
        /\bV[23]000\r?\n/.test(text.slice(0, 400)),
    },
  ),
  recording: refusedFormat(
    'a recording of medicine (EDF, BDF)',
    'Write its signals as CSV with MNE in Python: mne.io.read_raw("{file}").to_data_frame().to_csv("{name}.csv")',
    {
      ...signed('0xff42494f53454d49'),
      suits: ({ path, start }) => /\.(edf|rec)$/i.test(path) && startsWith(start, '0       '),
    },
  ),
  libsvm: refusedFormat(
    'a LIBSVM file (labels, then numbered values)',
    'Write it as CSV in Python: x, y = sklearn.datasets.load_svmlight_file("{file}"); pandas.DataFrame(x.toarray()).assign(label=y).to_csv("{name}.csv", index=False)',
    { tells: isLibsvm },
  ),
  bson: refusedFormat('a BSON file of MongoDB', 'Convert it: bsondump {file} > {name}.jsonl', {
    suits: ({ path, start, size }) => /\.bson$/i.test(path) && isBson(start, size),
  }),
  postgres: refusedFormat(
    'a dump of PostgreSQL in its own format',
    'Restore it, and export each table: pg_restore -d DATABASE {file}, then \\copy TABLE to TABLE.csv csv header',
    signed('PGDMP', 'PGCOPY\n'),
  ),
  redis: refusedFormat('a snapshot of Redis (RDB)', 'Write its values as JSON: rdb -c json {file}', signed('REDIS00')),
  geoPackage: refusedFormat('a GeoPackage', 'Convert its layers: ogr2ogr {name}.csv {file} LAYER', {
    suits: ({ path }) => /\.gpkg$/i.test(path),
  }),
  flatGeobuf: refusedFormat('a FlatGeobuf file', 'Convert it: ogr2ogr {name}.csv {file}', signed('fgb\x03fgb')),
  tiles: refusedFormat('an archive of map tiles (PMTiles)', 'It holds no rows: leave it out.', signed('PMTiles')),
  ion: refusedFormat('an Amazon Ion file', 'Convert it: ion-cli dump --format lines {file}', signed('0xe00100ea')),
  cbor: refusedFormat(
    'a CBOR file',
    'Convert it in Python: json.dump(cbor2.load(open("{file}", "rb")), open("{name}.json", "w"))',
    signed('0xd9d9f7'),
  ),
  messagePack: refusedFormat(
    'a MessagePack file',
    'Convert it in Python: json.dump(msgpack.unpackb(open("{file}", "rb").read()), open("{name}.json", "w"))',
    { suits: ({ path }) => /\.(msgpack|mpk)$/i.test(path) },
  ),
  protobuf: refusedFormat(
    'a file of Protocol Buffers',
    'Its values have no names of their own: write them as JSONL with the program that made them.',
    { suits: ({ path }) => /\.(pb|pbf|protobuf|binpb)$/i.test(path) },
  ),
  shapefile: refusedFormat(
    'an ESRI shapefile',
    'Convert it: ogr2ogr {name}.csv {file}',
    typed('application/x-esri-shape'),
  ),
  grib: refusedFormat(
    'a GRIB weather file',
    'Convert it in Python with cfgrib: xarray.open_dataset("{file}", engine="cfgrib").to_dataframe()',
    signed('GRIB', 'BUFR'),
  ),
  las: refusedFormat('a LAS point cloud', 'Convert it: pdal translate {file} {name}.csv', signed('LASF')),
  root: refusedFormat(
    'a ROOT file of physics',
    'Convert it in Python with uproot: uproot.open("{file}")["TREE"].arrays(library="pd")',
    signed('root\0'),
  ),
  pcap: refusedFormat(
    'a network capture (PCAP)',
    'Write its fields as CSV: tshark -r {file} -T fields -E separator=, -e FIELD',
    { types: ['application/vnd.tcpdump.pcap'], signatures: ['0x0a0d0d0a'] },
  ),
} as const satisfies Record<string, Format>;

function startsWith(start: Uint8Array, letters: string): boolean {
  return new TextDecoder('latin1').decode(start.subarray(0, letters.length)) === letters;
}

/** A name behind `>`, and lines of letters without a space below it. */
function isFasta(text: string): boolean {
  if (!/^>\S/.test(text)) return false;
  const lines = text.split(/\r?\n/).slice(1, 20);
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const [first = ''] = whole;
  const isLetters = (line: string) => SEQUENCE_LINE.test(line) && line === line.toUpperCase();
  return (
    (isLetters(first) || /^[acgtun]{10,}$/.test(first)) &&
    whole.every((line) => line === '' || line.startsWith('>') || SEQUENCE_LINE.test(line) || line.length < 10)
  );
}

/** A name behind `@`, letters, a plus sign, and as many signs of quality as letters. */
function isFastq(text: string): boolean {
  const [, letters = '', signs = ''] = /^@\S.*\r?\n([A-Za-z*.-]+)\r?\n\+.*\r?\n(\S+)/.exec(text) ?? [];
  return letters !== '' && letters.length === signs.length;
}

function isLibsvm(text: string): boolean {
  const lines = text.split(/\r?\n/).slice(0, 20);
  const whole = (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line !== '');
  return whole.length >= FEWEST_LINES && whole.every((line) => /^[-+]?[\d.,]+( \d+:[-+\d.eE]+)+\s*$/.test(line));
}

/** The length of the first document, and the type and the name of its first field. */
function isBson(start: Uint8Array, size: number | undefined): boolean {
  if (start.length < 8) return false;
  const length = new DataView(start.buffer, start.byteOffset, start.byteLength).getInt32(0, true);
  return length >= 5 && (size === undefined || length <= size) && (start[4] as number) <= 0x13;
}
