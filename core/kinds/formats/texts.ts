// Formats of texts and documents.

import { type Format, readAs, refusedFormat, signed, typed } from './format.ts';
import { isOfficeOf, isZip } from './is-zip.ts';

const MARKDOWN = /\.(md|markdown|rst|org|adoc)$/i;
const NAMED_AS_MARKUP = /\.(md|markdown|rst|org|adoc|xml|txt)$/i;
const SOFFICE = 'Convert it with LibreOffice: soffice --convert-to txt:Text {file}';

export const TEXT_FORMATS = {
  docx: readAs('document', ['text'], 'a Word document (.docx)', 'Word (.docx)', {
    types: [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
      'application/vnd.ms-word.document.macroenabled.12',
      'application/vnd.ms-word.template.macroenabled.12',
    ],
    suits: ({ start }) => isOfficeOf('word', start),
  }),
  pdf: readAs('document', ['text'], 'a PDF document', 'PDF', {
    types: ['application/pdf'],
    tells: (text) => text.startsWith('%PDF-'),
  }),
  html: readAs('document', ['text'], 'a page of HTML', 'HTML', {
    tells: (text, path) =>
      /^\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->)[\s\S])*-->\s*)*<(!doctype\s+html|html|head|body)\b/i.test(text) ||
      isPieceOfHtml(text, path),
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
  ass: refusedFormat('subtitles (SSA, ASS, MicroDVD, TTML, LRC)', 'Convert them to SRT: ffmpeg -i {file} {name}.srt', {
    tells: (text) =>
      /^\s*\[Script Info\]/.test(text) ||
      /^(\{\d+\}\{\d+\}.*\r?\n){2}/.test(text) ||
      /^(\[[a-z]{2,8}:[^\]\n]*\]\s*)*(\[\d+:\d\d\.\d{2,3}\].*\r?\n){2}/i.test(text) ||
      /^\s*(<\?xml[^>]*>\s*)?<tt[\s>][^>]*\/ns\/ttml/.test(text),
  }),
  sbv: refusedFormat('subtitles of YouTube (SBV)', 'Download them as SRT from YouTube.', {
    tells: (text) => /^\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}\r?\n/.test(text),
  }),
  appleMail: refusedFormat(
    'an e-mail of Apple Mail (.emlx)',
    'Take off its first line: tail -n +2 {file} > {name}.eml',
    { tells: (text, path) => /\.emlx$/i.test(path) && /^\d+\s*\n[\w-]+:/.test(text) },
  ),
  twitter: refusedFormat(
    'a file of an archive of Twitter or X (.js)',
    "Take off its beginning, which makes it JSON: sed '1s/^[^=]*= *//' {file} > {name}.json",
    { tells: (text) => /^window\.YTD\.\w+\.part\d+\s*=/.test(text) },
  ),
  score: refusedFormat('a score (MusicXML)', 'Export it as MIDI or ABC from a program for scores, such as MuseScore.', {
    tells: (text) => /^\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE\s+score-[^>]*>\s*)?<score-(partwise|timewise)\b/.test(text),
    suits: ({ path, start }) => /\.mxl$/i.test(path) && isZip(start),
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
    tells: (text) => /^\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->)[\s\S])*-->\s*)*<(rss|feed)[\s>]/.test(text),
  }),
  geoXml: refusedFormat('a map or a track as XML (KML, GPX, GML)', 'Convert it: ogr2ogr {name}.csv {file}', {
    tells: (text) => /^\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->)[\s\S])*-->\s*)*<(kml|gpx|gml:\w+)[\s>]/.test(text),
    suits: ({ path, start }) => isZip(start) && /\.kmz$/i.test(path),
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
      tells: (text, path) =>
        /^\s*<\?xml\b/.test(text) ||
        (!MARKDOWN.test(path) && /^\s*<([A-Za-z_][\w.:-]*)(\s[^<>]*)?(>\s*<[A-Za-z_!]|\/>\s*$)/.test(text)),
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

/** HTML without its frame; Markdown may begin with such a piece, too. */
function isPieceOfHtml(text: string, path: string): boolean {
  return (
    !NAMED_AS_MARKUP.test(path) && /^\s*<(meta|title|link|style|script|div|h[1-6]|p|ul|ol|article)\b[^>]*>/i.test(text)
  );
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
