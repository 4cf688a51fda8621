// Formats of texts and documents.

import { type Format, readAs, refusedFormat, signed, typed } from './format.ts';
import { isZip } from './is-zip.ts';

const SOFFICE = 'Convert it with LibreOffice: soffice --convert-to txt:Text {file}';

export const TEXT_FORMATS = {
  docx: readAs(
    'document',
    ['text'],
    'a Word document (.docx)',
    'Word (.docx)',
    typed(
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
      'application/vnd.ms-word.document.macroenabled.12',
      'application/vnd.ms-word.template.macroenabled.12',
    ),
  ),
  pdf: readAs('document', ['text'], 'a PDF document', 'PDF', {
    types: ['application/pdf'],
    tells: (text) => text.startsWith('%PDF-'),
  }),
  html: readAs('document', ['text'], 'a page of HTML', 'HTML', {
    tells: (text) => /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body)\b/i.test(text),
  }),
  epub: readAs('document', ['text'], 'an EPUB book', 'EPUB', typed('application/epub+zip')),
  email: readAs('document', ['text'], 'an e-mail (.eml)', 'e-mails (.eml)', { tells: isEmail }),
  mailbox: readAs('document', ['text'], 'a mailbox (mbox)', 'mailboxes (mbox)', {
    tells: (text) => /^From \S+ .*\d{4}\r?\n[\w-]+:/.test(text),
  }),
  subtitles: readAs('document', ['text'], 'subtitles (SRT)', 'SRT', {
    tells: (text) => /^\s*\d+\s*\r?\n\d{1,2}:\d\d:\d\d[,.]\d+ *-->/.test(text),
  }),
  webvtt: readAs('document', ['text'], 'subtitles (WebVTT)', 'WebVTT', {
    types: ['text/vtt'],
    tells: (text) => /^WEBVTT(\s|$)/.test(text),
  }),
  ass: refusedFormat('subtitles (SSA, ASS)', 'Convert them to SRT: ffmpeg -i {file} {name}.srt', {
    tells: (text) => /^\s*\[Script Info\]/.test(text),
  }),
  rtf: refusedFormat('a rich text document (RTF)', SOFFICE, {
    types: ['application/rtf'],
    tells: (text) => text.startsWith('{\\rtf'),
  }),
  odt: readAs(
    'document',
    ['text'],
    'an OpenDocument text (.odt)',
    'OpenDocument (.odt)',
    typed('application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text-template'),
  ),
  doc: refusedFormat('a Word document from before 2007 (.doc)', SOFFICE, {
    suits: ({ path, start }) => isCompound(start) && (holds(start, 'WordDocument') || /\.(doc|dot)$/i.test(path)),
  }),
  outlook: refusedFormat(
    'an Outlook message or mailbox (.msg, .pst)',
    'Save it from Outlook as text: File > Save As.',
    {
      types: ['application/vnd.ms-outlook'],
      signatures: ['!BDN'],
      suits: ({ path, start }) => isCompound(start) && (holds(start, '__substg1.0_') || /\.msg$/i.test(path)),
    },
  ),
  pages: refusedFormat(
    'an Apple Pages document',
    'Export it as Word or plain text in Pages: File > Export To.',
    typed('application/vnd.apple.pages'),
  ),
  slides: refusedFormat(
    'a presentation (PowerPoint, Keynote, Impress)',
    'Export its text: soffice --convert-to pdf {file}, then pdftotext {name}.pdf',
    {
      types: [
        'application/vnd.openxmlformats-officedocument.presentationml.presentation',
        'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
        'application/vnd.openxmlformats-officedocument.presentationml.template',
        'application/vnd.ms-powerpoint.slideshow.macroenabled.12',
        'application/vnd.ms-powerpoint.template.macroenabled.12',
        'application/vnd.ms-powerpoint.presentation.macroenabled.12',
        'application/vnd.oasis.opendocument.presentation',
        'application/vnd.oasis.opendocument.presentation-template',
        'application/vnd.apple.keynote',
      ],
      suits: ({ path, start }) =>
        isCompound(start) && (holds(start, 'PowerPoint Document') || /\.(ppt|pps|pot)$/i.test(path)),
    },
  ),
  binaryWorkbook: refusedFormat(
    'a binary Excel workbook (.xlsb)',
    'Open it in Excel or LibreOffice and save it as .xlsx or CSV: File > Save As.',
    {
      suits: ({ path, start }) =>
        isZip(start) &&
        (/\.xlsb$/i.test(path) ||
          Buffer.from(start.buffer, start.byteOffset, start.length).includes('xl/workbook.bin')),
    },
  ),
  /** Documents of today are compound files only where they are encrypted. */
  lockedOffice: refusedFormat(
    'an Office document with a password (.xlsx, .docx, .pptx)',
    'Open it in its program and save it without one: File > Info > Protect > Encrypt with Password, left empty.',
    {
      suits: ({ path, start }) =>
        isCompound(start) && (holds(start, 'EncryptedPackage') || /\.(xls[xmb]|doc[xm]|ppt[xm])$/i.test(path)),
    },
  ),
  oldOffice: refusedFormat(
    'an Office document from before 2007 (.doc, .xls, .ppt, .msg)',
    'Open it in Office or LibreOffice and save it in a format of today: .docx, .xlsx, or as text or CSV.',
    { types: ['application/x-cfb'], suits: ({ start }) => isCompound(start) },
  ),
  mobi: refusedFormat(
    'a Kindle book (MOBI, AZW)',
    'Convert it with Calibre: ebook-convert {file} {name}.txt',
    typed('application/x-mobipocket-ebook'),
  ),
  djvu: refusedFormat('a DjVu document', 'Take out its text: djvutxt {file} {name}.txt', signed('AT&TFORM')),
  chm: refusedFormat('a Windows help file (CHM)', 'Unpack it: 7z x {file}', {
    types: ['application/vnd.ms-htmlhelp'],
    signatures: ['ITOLITLS'],
  }),
  dvi: refusedFormat('a TeX output (DVI)', 'Take out its text: dvi2tty {file}', signed('0xf70201')),
  wordPerfect: refusedFormat('a WordPerfect document', SOFFICE, signed('0xff575043')),
  calendar: refusedFormat('a calendar (iCalendar)', 'Export the entries as CSV from your calendar.', {
    types: ['text/calendar'],
    tells: (text) => /^BEGIN:VCALENDAR/.test(text),
  }),
  contacts: refusedFormat('address cards (vCard)', 'Export the contacts as CSV from your address book.', {
    types: ['text/vcard'],
    tells: (text) => /^BEGIN:VCARD/.test(text),
  }),
  webArchive: refusedFormat('a saved web page (MHTML)', 'Save the page as HTML or text from your browser.', {
    tells: (text) => /^(From: <Saved by|MIME-Version: 1\.0\r?\nContent-Type: multipart\/related)/.test(text),
  }),
  s3Error: refusedFormat(
    'the error answer of a store, saved in place of the file',
    'Download the file again; the answer says why it was not there.',
    { tells: (text) => /^\s*(<\?xml[^>]*>\s*)?<Error>\s*<Code>/.test(text) },
  ),
  gitLfs: refusedFormat('a pointer of Git LFS in place of the file', 'Get the file itself: git lfs pull', {
    tells: (text) => text.startsWith('version https://git-lfs.github.com/spec/'),
  }),
  feed: refusedFormat('a news feed (RSS, Atom)', 'Write its entries as JSONL, one object a line with a key "text".', {
    tells: (text) => /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(rss|feed)[\s>]/.test(text),
  }),
  geoXml: refusedFormat('a map or a track as XML (KML, GPX, GML)', 'Convert it: ogr2ogr {name}.csv {file}', {
    tells: (text) => /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(kml|gpx|gml:\w+)[\s>]/.test(text),
  }),
  propertyList: refusedFormat('an Apple property list', 'Convert it to JSON: plutil -convert json {file}', {
    signatures: ['bplist0'],
    tells: (text) => /<!DOCTYPE plist/.test(text.slice(0, 300)),
  }),
  xml: refusedFormat(
    'an XML document',
    'If it holds rows, convert it in Python: pandas.read_xml("{file}").to_csv("{name}.csv", index=False)',
    {
      types: ['application/xml'],
      tells: (text) => /^\s*<\?xml\b/.test(text) || /^\s*<([A-Za-z_][\w.:-]*)(\s[^<>]*)?>\s*<[A-Za-z_!]/.test(text),
    },
  ),
  key: refusedFormat('a key or a certificate (PEM, SSH, PGP)', 'It may be secret: leave it out.', {
    types: ['application/pgp-encrypted'],
    tells: (text) => /^(-----BEGIN [A-Z0-9 ]+-----|ssh-(rsa|ed25519) )/.test(text),
  }),
  torrent: refusedFormat('a torrent', 'Download what it names, and drop that.', {
    tells: (text) => /^d\d+:(announce|info|created by)/.test(text),
  }),
  ply: refusedFormat(
    'a three-dimensional model as text (PLY, STL, OBJ)',
    'Models of three dimensions are not read. Render pictures of it first.',
    {
      tells: (text) =>
        /^(ply\r?\nformat |solid \S*.*\n\s*facet |(#.*\n)*\s*(mtllib \S+\s|v( -?\d[\d.e-]*){3}\s))/.test(text),
    },
  ),
} as const satisfies Record<string, Format>;

const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

function isCompound(start: Uint8Array): boolean {
  return COMPOUND.every((byte, i) => start[i] === byte);
}

/** Names in a compound file are in UTF-16. */
function holds(start: Uint8Array, name: string): boolean {
  return Buffer.from(start.buffer, start.byteOffset, start.byteLength).includes(Buffer.from(name, 'utf16le'));
}

/** Header lines, some of them of a mail, before the first empty line. */
function isEmail(text: string): boolean {
  const head = text.split(/\r?\n\r?\n/, 1)[0] as string;
  const lines = head.split(/\r?\n/).filter((line) => !/^\s/.test(line));
  if (lines.length < 3 || !lines.every((line) => /^[A-Za-z][\w-]*:(\s|$)/.test(line))) return false;
  const known = lines.filter((line) =>
    /^(From|To|Subject|Date|Message-ID|MIME-Version|Received|Return-Path|Delivered-To|Content-Type|Cc|Reply-To):/i.test(
      line,
    ),
  );
  return known.length >= 3;
}
