// Formats of one file that is packed.
import { type Format, readAs, refusedFormat, signed, typed } from './format.ts';

const unpack = (command: string) => `Unpack it first: ${command}`;

/** `photos.tar.xz`, `photos.tbz2`. */
const PACKED_TAR = /\.(tar\.(bz2|xz|zst|zstd|lz4|lzma|br)|tbz2?|txz|tzst)$/i;

export const PACKED_FORMATS = {
  packedTar: refusedFormat(
    'a tar archive packed by bzip2, xz, Zstandard or LZ4',
    'Unpack it and drop the folder, or pack it by gzip (.tar.gz): tar -xf {file}',
    { suits: ({ path, start }) => PACKED_TAR.test(path) && start.length > 0 },
  ),
  zstd: readAs('packed', ['table'], 'a file packed by Zstandard (.zst)', '.zst', {
    ...typed('application/zstd'),
    // A frame of notes, which programs that pack in parallel write first.
    ...signed('0x502a4d18'),
  }),
  bzip2: readAs('packed', ['table'], 'a file packed by bzip2 (.bz2)', '.bz2', typed('application/x-bzip2')),
  xz: readAs('packed', ['table'], 'a file packed by xz (.xz)', '.xz', typed('application/x-xz')),
  lzma: refusedFormat('a file packed by LZMA (.lzma)', unpack('unlzma -k {file}'), {
    suits: ({ path, start }) => /\.lzma$/i.test(path) && start[0] === 0x5d,
  }),
  lz4: readAs('packed', ['table'], 'a file packed by LZ4 (.lz4)', '.lz4', {
    ...typed('application/x-lz4'),
    ...signed('0x02214c18'),
  }),
  snappy: readAs('packed', ['table'], 'a file packed by Snappy (.snappy)', '.snappy', signed('0xff060000734e61507059')),
  rawSnappy: readAs('packed', ['table'], 'a file packed by Snappy, as Hadoop writes it', '.snappy of Hadoop', {
    suits: ({ path, start }) => /\.(snappy|sz)$/i.test(path) && start.length > 0,
  }),
  lzip: refusedFormat('a file packed by lzip (.lz)', unpack('lzip -dk {file}'), typed('application/lzip')),
  lzop: refusedFormat('a file packed by lzop (.lzo)', unpack('lzop -d {file}'), signed('0x894c5a4f000d0a1a0a')),
  compress: refusedFormat(
    'a file packed by compress (.Z)',
    unpack('uncompress -k {file}'),
    typed('application/x-compress'),
  ),
  brotli: refusedFormat('a file packed by Brotli (.br)', unpack('brotli -dk {file}'), {
    suits: ({ path }) => /\.br$/i.test(path),
  }),
} as const satisfies Record<string, Format>;
