// Formats of pictures.
import { type Format, refusedFormat, signed, typed } from './format.ts';

const CONVERT = 'Convert it to PNG: magick {file} {name}.png';
const DEVELOP =
  'It is what the sensor saw, and programs develop it differently. Export it as JPEG or PNG from your photo program.';
const RENDER = 'It is a drawing, which has no pixels of its own. Render it first: rsvg-convert {file} -o {name}.png';

const PNM_HEADER_BYTES = 256;

export const IMAGE_FORMATS = {
  iphonePng: refusedFormat(
    'a PNG image as Xcode writes it for iPhones (CgBI)',
    'Write it as a usual PNG: xcrun pngcrush -revert-iphone-optimizations {file} {name}-usual.png',
    { signatures: [['0x89504e470d0a1a0a', '@12 CgBI']] },
  ),
  png: { ...image('a PNG image', 'PNG', 'image/png'), signatures: ['0x89504e470d0a1a0a'] },
  jpegLs: refusedFormat('a JPEG-LS image', CONVERT, {
    types: ['image/jls'],
    // Without a header, and with one of SPIFF that names the packing.
    signatures: ['0xffd8fff7', ['0xffd8ffe8', '@6 SPIFF', '@26 0x06']],
  }),
  jpeg: { ...image('a JPEG image', 'JPEG', 'image/jpeg'), signatures: ['0xffd8ff'] },
  webp: { ...image('a WebP image', 'WebP', 'image/webp'), signatures: [['RIFF', '@8 WEBP']] },
  /** A file with a single frame is accepted; animations are refused during cleaning. */
  apng: { ...image('a PNG image with animation chunks', 'PNG', 'image/apng'), short: 'PNG' },
  heic: image(
    'a HEIC photo, as iPhones store them',
    'HEIC',
    'image/heic',
    'image/heic-sequence',
    'image/heif',
    'image/heif-sequence',
  ),
  avifFilm: refusedFormat(
    'an AVIF film',
    'Take its first picture out of it: ffmpeg -i {file} -frames:v 1 {name}.png',
    signed('@4 ftypavis'),
  ),
  avif: image('an AVIF image', 'AVIF', 'image/avif'),
  /** Camera raw is TIFF, too, and known by its directory; a directory behind the pixels is one of a plain TIFF. */
  tiff: {
    ...image('a TIFF image', 'TIFF', 'image/tiff'),
    suits: ({ start }) => ['II*\0', 'MM\0*'].includes(String.fromCharCode(...start.subarray(0, 4))),
  },
  bigTiff: refusedFormat('a BigTIFF image', CONVERT, signed('0x49492b00', '0x4d4d002b')),
  gif: image('a GIF image', 'GIF', 'image/gif'),
  bmp: image('a Windows bitmap (BMP)', 'BMP', 'image/bmp'),
  jxl: {
    ...image('a JPEG XL image', 'JPEG XL', 'image/jxl'),
    signatures: ['0xff0a', '0x0000000c4a584c200d0a870a'],
  },
  pnm: {
    ...image('a portable bitmap (PBM, PGM, PPM)', 'PNM'),
    tells: isPnm,
    signatures: ['P4\n', 'P5\n', 'P6\n'],
    suits: ({ start }) => isPnm(new TextDecoder('latin1').decode(start.subarray(0, PNM_HEADER_BYTES))),
  },
  pam: refusedFormat('a portable arbitrary map (PAM)', CONVERT, signed('P7\nWIDTH')),
  pfm: refusedFormat('a portable float map (PFM)', CONVERT, signed('PF\n', 'Pf\n')),
  svg: refusedFormat('an SVG drawing', RENDER, {
    tells: (text) =>
      /^\ufeff?\s*((<\?(?:(?!\?>)[\s\S])*\?>|<!--(?:(?!-->)[\s\S])*-->)\s*)*(<!DOCTYPE\s+svg\b|<(svg:)?svg[\s>/])/i.test(
        text,
      ),
  }),
  ico: refusedFormat('a Windows icon (ICO)', CONVERT, typed('image/x-icon')),
  cur: refusedFormat('a Windows cursor (CUR)', CONVERT, signed('0x00000200010020200000')),
  icns: refusedFormat('an Apple icon (ICNS)', CONVERT, typed('image/icns')),
  jpeg2000: refusedFormat(
    'a JPEG 2000 image',
    CONVERT,
    typed('image/jp2', 'image/jpx', 'image/jpm', 'image/mj2', 'image/j2c'),
  ),
  jpegXr: refusedFormat('a JPEG XR image', CONVERT, typed('image/vnd.ms-photo')),
  psd: refusedFormat(
    'a Photoshop document (PSD)',
    'Export it as PNG in Photoshop or GIMP: File > Export.',
    typed('image/vnd.adobe.photoshop'),
  ),
  xcf: refusedFormat('a GIMP image (XCF)', 'Export it as PNG in GIMP: File > Export As.', typed('image/x-xcf')),
  flif: refusedFormat('a FLIF image', CONVERT, typed('image/flif')),
  bpg: refusedFormat('a BPG image', CONVERT, typed('image/bpg')),
  qoi: refusedFormat('a QOI image', CONVERT, signed('qoif')),
  exr: refusedFormat('an OpenEXR image', CONVERT, signed('0x762f3101')),
  hdr: refusedFormat('a Radiance HDR image', CONVERT, signed('#?RADIANCE', '#?RGBE')),
  dds: refusedFormat('a DirectDraw texture (DDS)', CONVERT, signed('DDS |')),
  ktx: refusedFormat('a Khronos texture (KTX)', CONVERT, typed('image/ktx')),
  pcx: refusedFormat('a PCX image', CONVERT, { suits: ({ path, start }) => start[0] === 0x0a && /\.pcx$/i.test(path) }),
  sgi: refusedFormat('an SGI image', CONVERT, signed('0x01da00', '0x01da01')),
  sun: refusedFormat('a Sun raster image', CONVERT, signed('0x59a66a95')),
  mng: refusedFormat('an MNG or JNG image', CONVERT, signed('0x8a4d4e470d0a1a0a', '0x8b4a4e470d0a1a0a')),
  targa: refusedFormat('a Targa image (TGA)', CONVERT, {
    suits: ({ path, start }) => /\.(tga|vda|icb|vst)$/i.test(path) && [1, 2, 3, 9, 10, 11].includes(start[2] ?? 0),
  }),
  xbm: refusedFormat('an X bitmap (XBM)', CONVERT, {
    tells: (text) => /^(\/\*[\s\S]*?\*\/\s*)?#define \w*_?width \d+/.test(text),
  }),
  xpm: refusedFormat('an X pixmap (XPM)', CONVERT, { tells: (text) => text.startsWith('/* XPM */') }),
  wmf: refusedFormat('a Windows metafile (WMF)', RENDER, signed('0xd7cdc69a')),
  emf: refusedFormat('a Windows metafile (EMF)', RENDER, signed(['0x01000000', '@40  EMF'])),
  postscript: refusedFormat(
    'a PostScript drawing (PS, EPS, AI)',
    'Render it first: magick -density 150 {file} {name}.png',
    {
      ...typed('application/postscript', 'application/eps'),
      tells: (text) => text.startsWith('%!PS'),
    },
  ),
  cameraRaw: refusedFormat('a camera raw photo (CR2, CR3, NEF, ARW, RAF, RW2, ORF, DNG)', DEVELOP, {
    types: [
      'image/x-canon-cr2',
      'image/x-canon-cr3',
      'image/x-nikon-nef',
      'image/x-sony-arw',
      'image/x-fujifilm-raf',
      'image/x-panasonic-rw2',
      'image/x-olympus-orf',
      'image/x-adobe-dng',
    ],
    signatures: ['FOVb', '0x004d524d', 'IIRS', 'IIRO'],
  }),
  dicom: refusedFormat(
    'a DICOM image of medicine',
    'It holds names of patients, too. Export the pixels after checking them: dcm2img {file} {name}.png',
    typed('application/dicom'),
  ),
  nifti: refusedFormat(
    'a NIfTI image of medicine',
    'Save its slices as PNG with nibabel and Pillow in Python.',
    signed('@344 n+1', '@344 ni1'),
  ),
  nrrd: refusedFormat(
    'an NRRD image of medicine',
    'Save its slices as PNG with pynrrd and Pillow in Python.',
    signed('NRRD000'),
  ),
  fits: refusedFormat(
    'a FITS image of astronomy',
    'Save it as PNG with astropy and Pillow in Python.',
    signed('SIMPLE  ='),
  ),
  sketchup: refusedFormat(
    'a drawing of SketchUp, Visio, AutoCAD or another drawing program',
    'Export it as PNG from the program that made it.',
    {
      types: [
        'application/vnd.sketchup.skp',
        'application/vnd.visio',
        'image/vnd.dwg',
        'application/x-indesign',
        'application/vnd.oasis.opendocument.graphics',
        'application/vnd.oasis.opendocument.graphics-template',
      ],
    },
  ),
} as const satisfies Record<string, Format>;

function image(name: string, short: string, ...types: string[]): Format {
  return { name, short, kinds: ['image'], family: 'image', types };
}

/** Comments may stand between the signature and the size. */
function isPnm(text: string): boolean {
  return /^P[1-6]\s(#.*\n)*\s*\d+\s/.test(text);
}
