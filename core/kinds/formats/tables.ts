// Formats of tables, arrays and databases.
import { type Format, readAs, refusedFormat, signed, typed } from './format.ts';
import { isOfficeOf, isZip } from './is-zip.ts';
import { PICKLE_MARKS } from './pickle-marks.ts';

const pandas = (read: string) => `Convert it in Python: pandas.${read}("{file}").to_parquet("{name}.parquet")`;
const SAVE_AS = 'Open it in Excel or LibreOffice and save it as .xlsx or CSV: File > Save As.';

export const TABLE_FORMATS = {
  parquet: {
    name: 'a Parquet table',
    short: 'Parquet',
    kinds: ['table'],
    family: 'parquet',
    types: ['application/vnd.apache.parquet'],
    signatures: ['PAR1', 'PARE'],
  },
  xlsx: readAs('sheet', ['table'], 'an Excel workbook (.xlsx)', 'Excel (.xlsx)', {
    types: [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.ms-excel.sheet.macroenabled.12',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.template',
      'application/vnd.ms-excel.template.macroenabled.12',
    ],
    suits: ({ path, start }) =>
      isOfficeOf('xl', start) && !/\.xlsb$/i.test(path) && !includes(start, 'xl/workbook.bin'),
  }),
  ods: readAs(
    'sheet',
    ['table'],
    'an OpenDocument spreadsheet (.ods)',
    'OpenDocument (.ods)',
    typed('application/vnd.oasis.opendocument.spreadsheet', 'application/vnd.oasis.opendocument.spreadsheet-template'),
  ),
  xls: refusedFormat('an Excel workbook from before 2007 (.xls)', SAVE_AS, {
    signatures: ['0x0908100000060500', '0x0904060000001000'],
    suits: ({ path, start }) =>
      isCompound(start) &&
      (includes(start, 'W\0o\0r\0k\0b\0o\0o\0k\0') || includes(start, 'B\0o\0o\0k\0') || /\.(xls|xlt)$/i.test(path)),
  }),
  excelXml: refusedFormat('an Excel workbook as XML from 2003', SAVE_AS, {
    tells: (text) => /progid="Excel\.Sheet"|urn:schemas-microsoft-com:office:spreadsheet/.test(text.slice(0, 1000)),
  }),
  numbers: refusedFormat('an Apple Numbers spreadsheet', 'Export it as CSV in Numbers: File > Export To.', {
    types: ['application/vnd.apple.numbers'],
    suits: ({ path, start }) => /\.numbers$/i.test(path) && isZip(start),
  }),
  flatOds: refusedFormat('an OpenDocument spreadsheet as one XML (.fods)', SAVE_AS, {
    tells: (text) => /office:mimetype="application\/vnd\.oasis\.opendocument\.spreadsheet"/.test(text),
  }),
  googleSheet: refusedFormat(
    'a sheet that Google Sheets saved as a web page',
    'Save it anew as .xlsx or CSV: File > Download.',
    {
      tells: (text) =>
        /^\s*<meta\b[^>]*>\s*<link\b[^>]*sheet\.css/i.test(text) || /class="ritz grid-container"/.test(text),
    },
  ),
  clientTable: refusedFormat(
    'a table with lines around its cells, as the mysql client prints it',
    'Write it with tabs between cells: mysql --batch -e "select * from TABLE" > {name}.tsv',
    { tells: (text) => /^\s*\+[-+]{3,}\+\r?\n\|/.test(text) },
  ),
  htmlTable: readAs(
    'records',
    ['table'],
    'a table of HTML, as programs export it under the name of a workbook',
    'HTML tables',
    {
      tells: (text, path) =>
        /^\ufeff?\s*<table\b/i.test(text) ||
        (/\.(xlsx?|csv|tsv)$/i.test(path) &&
          /^\ufeff?\s*<(!doctype\s+html|html|head|meta|style|body|div)\b/i.test(text)),
    },
  ),
  sylk: refusedFormat('a SYLK spreadsheet', SAVE_AS, { tells: (text) => /^ID;P/.test(text) }),
  lotus: refusedFormat('a Lotus 1-2-3 spreadsheet', SAVE_AS, signed('0x00000200060406', '0x00001a00')),
  arrow: readAs('records', ['table'], 'an Arrow or Feather file', 'Arrow, Feather', {
    types: ['application/vnd.apache.arrow.file'],
    signatures: ['ARROW1'],
  }),
  arrowStream: readAs('records', ['table'], 'an Arrow stream', 'Arrow streams', {
    suits: ({ start }) => isArrowStream(start),
  }),
  featherOne: refusedFormat('a Feather file of version 1', pandas('read_feather'), signed('FEA1')),
  avro: readAs('records', ['table'], 'an Avro file', 'Avro', {
    types: ['application/avro'],
    signatures: ['0x4f626a01'],
  }),
  orc: refusedFormat('an ORC table', pandas('read_orc'), signed('ORC')),
  sequenceFile: refusedFormat(
    'a Hadoop SequenceFile',
    "Write it as Parquet with Spark: spark.read.format(...).load('{file}').write.parquet('out')",
    signed('SEQ\x06', 'RCF\x01'),
  ),
  lance: refusedFormat(
    'a Lance or Puffin file',
    'Write the table as Parquet with the program that made it.',
    signed('LANC', 'PFA1'),
  ),
  hdf5: refusedFormat(
    'an HDF5 file (also .h5 of Keras, NetCDF 4 and MATLAB 7.3)',
    pandas('read_hdf'),
    signed('0x894844460d0a1a0a'),
  ),
  netcdf: refusedFormat(
    'a NetCDF file',
    'Convert it in Python: xarray.open_dataset("{file}").to_dataframe().to_parquet("{name}.parquet")',
    signed('CDF\x01', 'CDF\x02', 'CDF\x05'),
  ),
  matlab: refusedFormat(
    'a MATLAB file',
    'Save its arrays as CSV in MATLAB: writematrix(x, "{name}.csv")',
    signed('MATLAB 5.0 MAT-file'),
  ),
  numpy: refusedFormat(
    'a NumPy array (.npy)',
    'Images (count, height, width) are unpacked by goldpan put {file}. Save rows in Python: numpy.savetxt("{name}.csv", numpy.load("{file}"), delimiter=",")',
    signed('0x934e554d5059'),
  ),
  numpyArchive: refusedFormat(
    'an archive of NumPy arrays (.npz)',
    'Images (count, height, width) and their labels are unpacked by goldpan put {file}. Save rows in Python: numpy.savetxt("{name}.csv", numpy.load("{file}")["x"], delimiter=",")',
    { suits: ({ path, start }) => /\.npz$/i.test(path) && start[0] === 0x50 && start[1] === 0x4b },
  ),
  rData: refusedFormat(
    'an R data file (.rds, .RData)',
    'Save it in R: write.csv(readRDS("{file}"), "{name}.csv", row.names = FALSE)',
    signed('RDX2\n', 'RDX3\n', 'RDA2\n', 'RDA3\n', '0x580a000000'),
  ),
  cifarPickle: refusedFormat(
    'a Python pickle of CIFAR: it is never read, since reading one runs the code in it',
    'Download its binary version from https://www.cs.toronto.edu/~kriz/cifar.html, which goldpan put unpacks.',
    { suits: ({ path }) => CIFAR_PICKLE.test(path), tells: (_, path) => CIFAR_PICKLE.test(path) },
  ),
  pickle: refusedFormat(
    'a Python pickle: it is never read, since reading one runs the code in it',
    'If you trust it, convert it in Python: pandas.read_pickle("{file}").to_parquet("{name}.parquet")',
    PICKLE_MARKS,
  ),
  stata: refusedFormat('a Stata file (.dta)', pandas('read_stata'), {
    signatures: ['<stata_dta>'],
    suits: ({ start, path }) =>
      /\.dta$/i.test(path) && [0x69, 0x6c, 0x6e, 0x6f, 0x71, 0x72, 0x73].includes(start[0] ?? 0),
  }),
  sas: refusedFormat(
    'a SAS file (.sas7bdat, .xpt)',
    pandas('read_sas'),
    signed('0x000000000000000000000000c2ea8160', 'HEADER RECORD*******LIB'),
  ),
  spss: refusedFormat('an SPSS file (.sav, .por)', pandas('read_spss'), {
    types: ['application/x-spss-sav'],
    signatures: ['$FL2@(#)', '$FL3@(#)'],
  }),
  jmp: refusedFormat('a JMP file', 'Save it as CSV in JMP: File > Save As.', typed('application/x-jmp-data')),
  sqlite: refusedFormat(
    'an SQLite database',
    'Export a table: sqlite3 -header -csv {file} "select * from TABLE" > TABLE.csv (its tables: sqlite3 {file} .tables)',
    typed('application/x-sqlite3'),
  ),
  duckdb: refusedFormat(
    'a DuckDB database',
    'Export a table: duckdb {file} "copy TABLE to \'TABLE.parquet\'"',
    signed('@8 DUCK'),
  ),
  access: refusedFormat(
    'a Microsoft Access database (.mdb, .accdb)',
    'Export a table: mdb-export {file} TABLE > TABLE.csv',
    signed('@4 Standard Jet DB', '@4 Standard ACE DB'),
  ),
  dbase: refusedFormat('a dBASE file (.dbf)', 'Convert it with LibreOffice: soffice --convert-to csv {file}', {
    suits: ({ path, start }) =>
      /\.dbf$/i.test(path) && [0x02, 0x03, 0x30, 0x31, 0x83, 0x8b, 0xf5].includes(start[0] ?? 0),
  }),
  lmdb: refusedFormat(
    'an LMDB database',
    'Write its records as JSONL with the program that made it.',
    signed('@16 0xdec0efbe', '@16 0xefbec0de'),
  ),
  sqlDump: refusedFormat(
    'an SQL script: statements, not rows',
    'Load it into its database and export each table as CSV; with DuckDB: duckdb t.db < {file}, then duckdb t.db "copy TABLE to \'TABLE.csv\'"',
    { tells: isSql },
  ),
  arff: refusedFormat(
    'a Weka table (ARFF)',
    'Convert it in Python: pandas.DataFrame(scipy.io.arff.loadarff("{file}")[0]).to_csv("{name}.csv", index=False)',
    { tells: (text) => /^\s*(%.*\n\s*)*@relation\s/i.test(text) },
  ),
  matrixMarket: refusedFormat('a Matrix Market file', 'Convert it in Python: scipy.io.mmread("{file}")', {
    tells: (text) => text.startsWith('%%MatrixMarket'),
  }),
  notebook: refusedFormat(
    'a Jupyter notebook',
    'It holds code, not data. Drop the file that it reads, or write its table with to_csv.',
    {
      tells: (text) => /^\s*\{/.test(text) && /"cells"\s*:\s*\[/.test(text) && /"(cell_type|nbformat)"\s*:/.test(text),
    },
  ),
  tfrecord: refusedFormat(
    'a TFRecord file of TensorFlow',
    'Write its records as files with tf.data: images as PNG, rows as CSV.',
    { suits: ({ start, size }) => isTfRecord(start, size) },
  ),
  idx: refusedFormat(
    'an IDX file, as MNIST is published',
    'Put it from your machine, images and labels in one command, which unpacks them: goldpan put {file} LABELS',
    { suits: ({ start, size }) => isIdx(start, size) },
  ),
  stl: refusedFormat(
    'a binary file of STL-10',
    'Put it from your machine, pictures and labels in one command, which unpacks them: goldpan put {file} LABELS',
    { suits: ({ path }) => /(^|\/)((train|test|unlabeled)_X|(train|test)_y)\.bin$/.test(path) },
  ),
  cifar: refusedFormat(
    'a binary file of CIFAR',
    'Put it from your machine, which unpacks its pictures: goldpan put {file}',
    {
      suits: ({ path, size }) =>
        CIFAR_NAME.test(path) && (size === undefined || size % 3073 === 0 || size % 3074 === 0),
    },
  ),
} as const satisfies Record<string, Format>;

/** The files of CIFAR-10 and CIFAR-100 for Python. */
const CIFAR_PICKLE =
  /(^|\/)(cifar-10-batches-py\/(data_batch_\d|test_batch|batches\.meta)|cifar-100-python\/(train|test|meta))$/;
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

function isCompound(start: Uint8Array): boolean {
  return COMPOUND.every((byte, i) => start[i] === byte);
}

function includes(start: Uint8Array, letters: string): boolean {
  return Buffer.from(start.buffer, start.byteOffset, start.byteLength).includes(letters, 0, 'latin1');
}

/** An encapsulated message: the continuation mark, its length, and a table of flatbuffers. */
function isArrowStream(start: Uint8Array): boolean {
  if (start.length < 16) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = view.getUint32(4, true);
  return (
    view.getUint32(0, true) === 0xffffffff &&
    length > 0 &&
    length < 2 ** 24 &&
    length % 8 === 0 &&
    view.getUint32(8, true) < 64
  );
}

/** The length of the first record as 64 bits, a checksum, and a record of a message that begins with its first field. */
function isTfRecord(start: Uint8Array, size: number | undefined): boolean {
  if (start.length < 20) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = view.getUint32(0, true);
  const fits = view.getUint32(4, true) === 0 && length > 4 && (size === undefined || length + 16 <= size);
  return fits && start[12] === 0x0a && view.getUint32(8, true) >>> 0 > 0xffff;
}

/** Records of a label, or two, and 32 x 32 pixels of three colours, in files of these names. */
const CIFAR_NAME = /(^|\/)(data_batch_\d+|test_batch|train|test)\.bin$/i;

/** Checks for two zeros, a type, the number of dimensions, and sizes that match the size of the file. */
function isIdx(start: Uint8Array, size: number | undefined): boolean {
  const [first, second, type = 0, dimensions = 0] = start;
  const widths: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };
  const width = widths[type];
  if (first !== 0 || second !== 0 || !width || dimensions < 1 || dimensions > 4) return false;
  if (start.length < 4 + dimensions * 4) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  let values = width;
  for (let i = 0; i < dimensions; i++) values *= view.getUint32(4 + i * 4);
  return values > 0 && (size === undefined ? values < 2 ** 40 : values + 4 + dimensions * 4 === size);
}

const NAME = '[`"\\[]?\\w[\\w.$]*[`"\\]]?';
const SQL_STATEMENT = new RegExp(
  [
    '^PRAGMA\\s+foreign_keys\\s*=',
    '^BEGIN(\\s+TRANSACTION)?\\s*;\\s*(CREATE|INSERT|DROP|PRAGMA)\\s',
    '^SET\\s+(@|NAMES\\s|SQL_MODE\\s*=|statement_timeout\\s*=)',
    `^DROP\\s+TABLE\\s+(IF\\s+EXISTS\\s+)?${NAME}\\s*(CASCADE)?;`,
    `^CREATE\\s+(TEMP(ORARY)?\\s+)?TABLE\\s+(IF\\s+NOT\\s+EXISTS\\s+)?${NAME}(\\.${NAME})*\\s*\\(`,
    `^CREATE\\s+(DATABASE|SCHEMA)\\s+(IF\\s+NOT\\s+EXISTS\\s+)?${NAME}[^;]*;`,
    `^INSERT\\s+(IGNORE\\s+)?INTO\\s+${NAME}(\\.${NAME})*\\s*(\\([^)]*\\)\\s*)?VALUES\\s*\\(`,
    `^USE\\s+${NAME}\\s*;\\s*(CREATE\\s+(TABLE|DATABASE)\\b|INSERT\\s+INTO\\b|DROP\\s+TABLE\\b)`,
  ].join('|'),
  'i',
);

/** A dump by its first line, or a script whose statements make a table and fill it. */
function isSql(text: string): boolean {
  if (/^\s*(--|\/\*)[^\n]*\b(SQL dump|MySQL dump|MariaDB dump|PostgreSQL database dump|phpMyAdmin)/i.test(text))
    return true;
  const code = text.replace(/^\s*((--[^\n]*|\/\*[\s\S]*?\*\/;?)\s*)*/, '');
  return SQL_STATEMENT.test(code);
}
