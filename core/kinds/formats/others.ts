// Formats that hold no data of any kind: archives, programs, models, keys and the like.

import { KINDS } from '../../base/names.ts';
import { type Format, refusedFormat, signed, typed } from './format.ts';
import { firstEntry } from './is-zip.ts';

const unpack = (command: string) => `Unpack it and drop the folder: ${command}`;
const LEAVE_OUT = 'It holds no items: leave it out.';
const MODEL = 'It holds the weights of a model, not data: leave it out.';
const RENDER = 'Models of three dimensions are not read. Render pictures of it first.';
const DECRYPT = 'Decrypt it first.';

/** As browsers and other programs name a file until it has arrived. */
const UNFINISHED = /\.(crdownload|part|partial|download|opdownload|!ut)$/i;

export const ARCHIVE_FORMATS = {
  zip: {
    name: 'a zip archive',
    short: 'zip',
    kinds: KINDS,
    family: 'zip',
    types: ['application/zip'],
  },
  tar: {
    name: 'a tar archive',
    short: 'tar',
    kinds: KINDS,
    family: 'tar',
    types: ['application/x-tar'],
  },
  gzip: {
    name: 'a file packed by gzip (.gz)',
    short: '.gz',
    kinds: ['table', 'text'],
    family: 'gzip',
    types: ['application/gzip'],
  },
} as const satisfies Record<string, Format>;

export const OTHER_FORMATS = {
  sevenZip: refusedFormat('a 7-Zip archive', unpack('7z x {file}'), typed('application/x-7z-compressed')),
  rar: refusedFormat('a RAR archive', unpack('unrar x {file}'), typed('application/x-rar-compressed')),
  archivePart: refusedFormat(
    'a part of an archive in several files (.001, .z01, .part1.rar)',
    'Get all parts, unpack the first, and drop the folder: 7z x {file}',
    {
      suits: ({ path, start }) =>
        start.length > 0 && /\.(zip|7z|rar|tar|gz|tgz)\.\d{3}$|\.z\d\d$|\.part\d+\.rar$/i.test(path),
    },
  ),
  cab: refusedFormat(
    'a Windows cabinet (CAB)',
    unpack('cabextract {file}'),
    typed('application/vnd.ms-cab-compressed'),
  ),
  oldArchive: refusedFormat('an archive of older programs (ARJ, LZH, ACE, StuffIt, ZPAQ)', unpack('7z x {file}'), {
    types: ['application/x-arj', 'application/x-lzh-compressed', 'application/x-ace-compressed'],
    signatures: ['SIT!', 'StuffIt ', 'zPQ'],
  }),
  cpio: refusedFormat('a cpio archive', unpack('cpio -id < {file}'), typed('application/x-cpio')),
  xar: refusedFormat('a xar archive', unpack('xar -xf {file}'), signed('xar!')),
  asar: refusedFormat(
    'an Electron archive (ASAR)',
    unpack('npx @electron/asar extract {file} out'),
    typed('application/x-asar'),
  ),
  ar: refusedFormat(
    'a Unix archive or a Debian package (ar, .deb)',
    unpack('ar x {file}'),
    typed('application/x-unix-archive', 'application/x-deb'),
  ),
  rpm: refusedFormat('an RPM package', unpack('rpm2cpio {file} | cpio -id'), typed('application/x-rpm')),
  apk: refusedFormat(
    'an app or a Java archive (APK, JAR)',
    LEAVE_OUT,
    typed('application/vnd.android.package-archive', 'application/java-archive'),
  ),
  extension: refusedFormat(
    'a browser extension',
    LEAVE_OUT,
    typed('application/x-google-chrome-extension', 'application/x-xpinstall'),
  ),
  iso: refusedFormat('an image of a disc (ISO)', unpack('7z x {file}'), typed('application/x-iso9660-image')),
  dmg: refusedFormat('an Apple disk image (DMG)', unpack('7z x {file}'), typed('application/x-apple-diskimage')),
  disk: refusedFormat(
    'an image of a disk (QCOW, VMDK, VHD, SquashFS, WIM)',
    unpack('7z x {file}'),
    signed('0x514649fb', 'KDMV', 'conectix', 'vhdxfile', 'hsqs', 'MSWIM\0\0\0'),
  ),
  gitPack: refusedFormat(
    'a pack or a bundle of git',
    'Check out the files: git clone {file} out',
    signed('PACK\0\0\0', '# v2 git bundle', '# v3 git bundle'),
  ),
  program: refusedFormat(
    'a program (ELF, Mach-O, Windows)',
    LEAVE_OUT,
    typed('application/x-elf', 'application/x-mach-binary', 'application/x-msdownload'),
  ),
  byteCode: refusedFormat('compiled code (Java, Python, Lua, WebAssembly, Dalvik, LLVM)', LEAVE_OUT, {
    types: ['application/java-vm', 'application/wasm'],
    signatures: ['0x1b4c7561', 'dex\n', '0x4243c0de', '@2 \r\r\n\0\0\0\0', '@2 \r\r\n\x01\0\0\0'],
  }),
  flash: refusedFormat('a Flash program (SWF)', LEAVE_OUT, typed('application/x-shockwave-flash')),
  font: refusedFormat(
    'a font (TTF, OTF, WOFF)',
    LEAVE_OUT,
    typed('font/ttf', 'font/otf', 'font/collection', 'font/woff', 'font/woff2', 'application/vnd.ms-fontobject'),
  ),
  pytorch: refusedFormat('a PyTorch model or a pickle in a zip (.pt, .pth)', MODEL, {
    suits: ({ start }) => /^([^/]+\/)?data\.pkl$/.test(firstEntry(start)),
  }),
  safetensors: refusedFormat('weights of a model (safetensors)', MODEL, {
    suits: ({ start }) => start[8] === 0x7b && start[9] === 0x22 && start[5] === 0 && start[6] === 0 && start[7] === 0,
  }),
  gguf: refusedFormat('weights of a language model (GGUF, GGML)', MODEL, signed('GGUF', 'lmgg', 'tjgg')),
  tflite: refusedFormat('a TensorFlow Lite model', MODEL, signed('@4 TFL3')),
  onnx: refusedFormat('an ONNX model', MODEL, {
    suits: ({ path, start }) => /\.onnx$/i.test(path) && start[0] === 0x08,
  }),
  checkpoint: refusedFormat('a checkpoint of a model (Keras, TensorFlow)', MODEL, {
    suits: ({ path }) => /\.(ckpt|keras|data-\d{5}-of-\d{5})$/i.test(path),
  }),
  model3d: refusedFormat('a model of three dimensions (glTF, STL, FBX, 3MF, Blender, USD)', RENDER, {
    types: [
      'model/gltf-binary',
      'model/stl',
      'application/x-ft-fbx',
      'model/3mf',
      'application/x-blender',
      'application/x-ft-draco',
    ],
    signatures: ['PXR-USDC', '#usda '],
  }),
  profile: refusedFormat('a colour profile (ICC)', LEAVE_OUT, typed('application/vnd.iccprofile')),
  shortcut: refusedFormat(
    'a shortcut to a file',
    'Drop the file that it leads to.',
    typed('application/x-ms-shortcut', 'application/x-ft-apple.alias'),
  ),
  registry: refusedFormat(
    'an export of the Windows registry',
    LEAVE_OUT,
    typed('application/x-ms-regedit', 'application/x-ft-windows-registry-hive'),
  ),
  eventLog: refusedFormat('a Windows event log (EVTX)', 'Export it as CSV from the Event Viewer.', signed('ElfFile\0')),
  game: refusedFormat('a game cartridge (NES)', LEAVE_OUT, typed('application/x-nintendo-nes-rom')),
  metadata: refusedFormat('metadata of pictures (MIE)', LEAVE_OUT, typed('application/x-mie')),
  encrypted: refusedFormat(
    'an encrypted file (OpenSSL, age, LUKS, KeePass)',
    DECRYPT,
    signed('Salted__', 'age-encryption.org/', '0x4c554b53babe', '0x03d9a29a'),
  ),
  checksums: refusedFormat('a list of checksums', LEAVE_OUT, {
    tells: (text) =>
      /^([0-9a-f]{32,128} [ *]\S.*\r?\n)+/i.test(text) &&
      !/^(?![0-9a-f]{32,128} [ *]\S).+$/im.test(text.slice(0, text.lastIndexOf('\n') + 1)),
  }),
  download: refusedFormat('a download that did not end', 'Download it again, to its end.', {
    suits: ({ path }) => UNFINISHED.test(path),
    tells: (_, path) => UNFINISHED.test(path),
  }),
  finder: refusedFormat(
    'a folder setting of macOS (.DS_Store, ._file)',
    LEAVE_OUT,
    signed('0x0000000142756431', '0x00051607', '0x00051600'),
  ),
  checksum: refusedFormat('a checksum of Hadoop (.crc)', LEAVE_OUT, signed('crc\0\0\0\x02\0')),
  yaml: refusedFormat('a YAML file', 'Convert it to JSON: yq -o json {file} > {name}.json', {
    tells: (text, path) => /\.ya?ml$/i.test(path) && /^\s*((#|---|%YAML).*\n\s*)*(-\s|[\w"'-]+\s*:(\s|$))/.test(text),
  }),
  toml: refusedFormat('a TOML file', 'Convert it to JSON: yq -o json {file} > {name}.json', {
    tells: (text, path) => /\.toml$/i.test(path) && /^\s*(#.*\n\s*)*(\[|[\w"'.-]+\s*=)/.test(text),
  }),
  settings: refusedFormat('a file of settings (INI, properties)', 'It holds no items: leave it out.', {
    tells: (text, path) =>
      /\.(ini|cfg|conf|properties|env)$/i.test(path) && /^\s*([#;!].*\n\s*)*(\[[^\]\n]+\]\s|[\w.-]+\s*[=:])/.test(text),
  }),
  manifest: refusedFormat(
    'a list of files, as Amazon Redshift writes it beside them',
    'It holds no rows: leave it out.',
    { tells: (text) => /^\s*\{\s*"entries"\s*:\s*\[\s*\{\s*"(url|mandatory)"\s*:/.test(text) },
  ),
  printer: refusedFormat(
    'a document for a printer (XPS, PCL, PRN)',
    'Print it as a PDF first.',
    signed('\x1bE\x1b&', '\x1b%-12345X'),
  ),
} as const satisfies Record<string, Format>;
