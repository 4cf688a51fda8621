// Formats of one file that is packed.
import { type Format, refused, signed, typed } from './format.ts';

const unpack = (command: string) => `Unpack it first: ${command}`;

export const PACKED_FORMATS = {
  zstd: refused('a file packed by Zstandard (.zst)', unpack('zstd -d {file}'), typed('application/zstd')),
  bzip2: refused('a file packed by bzip2 (.bz2)', unpack('bunzip2 -k {file}'), typed('application/x-bzip2')),
  xz: refused('a file packed by xz (.xz)', unpack('unxz -k {file}'), typed('application/x-xz')),
  lzma: refused('a file packed by LZMA (.lzma)', unpack('unlzma -k {file}'), {
    suits: ({ path, start }) => /\.lzma$/i.test(path) && start[0] === 0x5d,
  }),
  lz4: refused('a file packed by LZ4 (.lz4)', unpack('unlz4 {file}'), typed('application/x-lz4')),
  snappy: refused(
    'a file packed by Snappy (.snappy)',
    unpack('python -m snappy -d {file} {name}'),
    signed('0xff060000734e61507059'),
  ),
  rawSnappy: refused(
    'a file packed by Snappy, as Hadoop writes it',
    unpack('python -m snappy -t hadoop_snappy -d {file} {name}'),
    { suits: ({ path, start }) => /\.(snappy|sz)$/i.test(path) && start.length > 0 },
  ),
  lzip: refused('a file packed by lzip (.lz)', unpack('lzip -dk {file}'), typed('application/lzip')),
  lzop: refused('a file packed by lzop (.lzo)', unpack('lzop -d {file}'), signed('0x894c5a4f000d0a1a0a')),
  compress: refused('a file packed by compress (.Z)', unpack('uncompress -k {file}'), typed('application/x-compress')),
  brotli: refused('a file packed by Brotli (.br)', unpack('brotli -dk {file}'), {
    suits: ({ path }) => /\.br$/i.test(path),
  }),
} as const satisfies Record<string, Format>;
