import { describe, expect, test } from 'vitest';
import { findFormat } from '#core/kinds/formats/find-format.ts';
import type { Format } from '#core/kinds/formats/format.ts';
import { FORMATS } from '#core/kinds/formats/register.ts';
import { BrokenDocumentError } from '#core/kinds/office/zip-parts.ts';
import { extractTexts } from '#core/kinds/text/extract/extract-texts.ts';
import { mutant, mutantCount } from '../../../../fixtures/mutants.ts';
import { zipped } from '../../../../fixtures/workbooks.ts';

const textsOf = async (bytes: Uint8Array | string) => {
  const start = Buffer.from(bytes as string);
  return extractTexts(start, (await findFormat({ start, size: start.length })) as Format);
};
const word = (body: string) =>
  zipped({
    '[Content_Types].xml':
      '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>`,
  });
const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const BODY = `<w:p>${run('Caf&#233; &amp; ')}${run('bar')}</w:p><w:p><w:del>${run('old')}</w:del></w:p><w:p>${run('a')}<w:r><w:tab/><w:instrText>PAGE</w:instrText></w:r>${run('b')}</w:p>`;

test('a Word document: one paragraph a line, without what was deleted and what fields are made of', async () => {
  expect(await textsOf(await word(BODY))).toEqual(['Café & bar\na b']);
});

const book = () =>
  zipped({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>',
    'in/book.opf':
      '<package><manifest><item id="a" href="a.html"/><item id="b" href="b%20b.html"/></manifest><spine><itemref idref="b"/><itemref idref="a"/><itemref idref="none"/></spine></package>',
    'in/a.html': '<html><body><p>Second</p></body></html>',
    'in/b b.html': '<html><body><p>First</p></body></html>',
  });

test('a book: its chapters in the order in which they are read', async () => {
  expect(await extractTexts(await book(), FORMATS.epub)).toEqual(['First\nSecond']);
});

test('a page: what is to be read, without scripts, menus and markup', async () => {
  const page =
    '<!doctype html><html><head><title>T</title><style>p{}</style></head><body><nav><a>Home</a></nav><main><h1>A &lt; B</h1><p>One <b>bold</b>\n word.<p>Two<script>x()</script></main><footer>(c)</footer></body></html>';
  expect(await textsOf(page)).toEqual(['A < B\nOne bold word.\nTwo']);
  expect(await textsOf('<html><body><table><tr><td>a</td><td>b</td></tr></table></body></html>')).toEqual(['a b']);
});

test('a mail: its body in its character set, not its attachments', async () => {
  const mail = [
    'From: a@b.c',
    'To: d@e.f',
    'Subject: Hi',
    'Content-Type: multipart/mixed; boundary="x"',
    '',
    '--x',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Caf=E9 soft=',
    ' break',
    '--x',
    'Content-Type: text/plain',
    'Content-Disposition: attachment; filename=a.txt',
    '',
    'secret',
    '--x--',
  ].join('\r\n');
  expect(await textsOf(mail)).toEqual(['Café soft break']);
  const html =
    'From: a@b.c\nTo: d@e.f\nSubject: Hi\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+SGk8L3A+\n';
  expect(await textsOf(html)).toEqual(['Hi']);
  const box =
    'From a@b.c Mon Jan  1 00:00:00 2024\nFrom: a@b.c\n\nOne\n\nFrom d@e.f Mon Jan  1 00:00:00 2024\nFrom: d@e.f\n\nTwo\n';
  expect(await textsOf(box)).toEqual(['One', 'Two']);
});

test('subtitles: the lines said, one a caption', async () => {
  const srt =
    '1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Hello</i>\r\nyou\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n7\r\n';
  expect(await textsOf(srt)).toEqual(['Hello you\n7']);
  const vtt = 'WEBVTT\n\nNOTE none\n\ncue\n00:01.000 --> 00:02.000 align:start\n<v Ann>Yes &amp; no\n';
  expect(await textsOf(vtt)).toEqual(['Yes & no']);
});

describe('each mutant is read or refused as broken:', () => {
  test.each([
    ['Word', FORMATS.docx, () => word(BODY)],
    ['EPUB', FORMATS.epub, book],
    [
      'OpenDocument',
      FORMATS.odt,
      () =>
        zipped({
          mimetype: 'application/vnd.oasis.opendocument.text',
          'content.xml':
            '<office:document-content><office:body><office:text><text:p>a<text:s text:c="3"/>b</text:p></office:text></office:body></office:document-content>',
        }),
    ],
    ['mailbox', FORMATS.mailbox, async () => Buffer.from('From a@b\nFrom: a\n\nOne\n\nFrom c@d\nFrom: b\n\nTwo\n')],
    ['SRT', FORMATS.subtitles, async () => Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i>\n\n')],
    ['WebVTT', FORMATS.webvtt, async () => Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nYes &amp; no\n')],
    ['HTML', FORMATS.html, async () => Buffer.from('<html><body><p>a</p><table><tr><td>b</table></body></html>')],
    [
      'mail',
      FORMATS.email,
      async () => Buffer.from('From: a\nContent-Type: multipart/x; boundary=b\n\n--b\n\nx\n--b--'),
    ],
  ] as const)('%s', async (_, format, make) => {
    const whole = await make();
    for (let seed = 1; seed <= mutantCount(40); seed++) {
      const error = await extractTexts(mutant(whole, seed), format).then(
        () => undefined,
        (thrown) => thrown,
      );
      if (error) expect(error).toBeInstanceOf(BrokenDocumentError);
    }
  });
});

test('a part that unpacks to far more than it is, or XML nested without end, is refused', async () => {
  await expect(word(`<w:p>${run('x'.repeat(2 ** 24))}</w:p>`).then(textsOf)).rejects.toThrow('unpack to more');
  await expect(word('<a>'.repeat(5000)).then(textsOf)).rejects.toThrow('nested');
});
