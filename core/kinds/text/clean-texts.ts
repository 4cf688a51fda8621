// The documents of a unit, cleaned in its order.
import { LIMITS } from '../../base/limits.ts';
import type { Cleaned, SourceFile } from '../define/cleaned.ts';
import { thresholdOf } from '../define/rule.ts';
import { countLines, type LineCounts } from './boilerplate.ts';
import { cleanDocument, type TextContext } from './clean-document.ts';
import type { TextDataset } from './definition.ts';
import { type Document, type DocumentReader, readDocuments } from './documents.ts';
import { normalized } from './encoding/characters.ts';
import type { Extract } from './extract/extractor.ts';
import { type DetectLanguage, loadLanguages } from './language/language.ts';
import type { TextItem } from './part.ts';

/** Gives the unit's files anew each time: some rules have to see all documents before they can judge one. */
export type OpenFiles = () => AsyncIterable<SourceFile>;

const LABEL_COLUMN = 'column:';

/** `source`: key in the drop bucket. `extract`: undefined if no document is read that is more than its characters. The same code whether files come from a bucket or from a disk. */
export async function* cleanTexts(
  openFiles: OpenFiles,
  config: TextDataset,
  source: string,
  mostDocuments: number = LIMITS.textUnitMostDocuments,
  extract?: Extract,
): AsyncGenerator<Cleaned<TextItem>> {
  const reader = { ...readerOf(config), extract };
  const documents = () => documentsOf(openFiles(), reader, mostDocuments);
  const context: TextContext = { source, ...(await look(documents, config)) };
  for await (const document of documents()) {
    const cleaned = cleanDocument(document, config, context);
    if (cleaned) yield cleaned;
  }
}

/**
 * Yields the documents that one call cleans. If a unit that was planned as whole files is read as lines now and has more of them, the last
 * document says so.
 */
async function* documentsOf(
  files: AsyncIterable<SourceFile>,
  reader: DocumentReader,
  most: number,
): AsyncGenerator<Document> {
  let count = 0;
  for await (const file of files) {
    if (!file.ok) yield file;
    else
      for await (const document of readDocuments(file, reader)) {
        if (++count > most) return yield tooMany(document, most);
        yield document;
      }
  }
}

function tooMany({ path, line }: Document, most: number): Document {
  const issue = {
    code: 'upload.too-large' as const,
    place: { path, ...(line !== undefined && { line }) },
    given: `more than ${most} documents that were to be cleaned in one call`,
    allowed: 'the same file, uploaded again: it is then split at line ends',
  };
  return { path, ...(line !== undefined && { line }), ok: false, issue };
}

/** Collects the facts that the rules in force need about the whole unit; reads nothing if no rule needs any. */
async function look(documents: () => AsyncIterable<Document>, { text, rules }: TextDataset) {
  const wanted = (code: 'text.boilerplate' | 'text.language' | 'text.language-not-allowed') =>
    (rules[code]?.action ?? 'off') !== 'off';
  const lines = text.unit === 'file' && wanted('text.boilerplate') ? countLines() : undefined;
  const listed = text.languages !== null && wanted('text.language-not-allowed');
  const detectLanguage = listed || wanted('text.language') ? await loadLanguages() : undefined;
  const languages = detectLanguage && wanted('text.language') ? countLanguages(detectLanguage) : undefined;
  if (!lines && !languages) return { detectLanguage };
  for await (const document of documents())
    if (document.ok) {
      lines?.add(normalized(document.text));
      languages?.add(document.text);
    }
  const lineCounts: LineCounts | undefined = lines?.counts;
  return { lineCounts, detectLanguage, languageShares: languages?.shares() };
}

function countLanguages(detect: DetectLanguage) {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    add(text: string) {
      const language = detect(text)?.language;
      if (language === undefined) return;
      total++;
      counts.set(language, (counts.get(language) ?? 0) + 1);
    },
    shares: () => new Map([...counts].map(([language, count]) => [language, count / total])),
  };
}

function readerOf({ text, labels, rules }: TextDataset): DocumentReader {
  const encoding = rules['text.encoding'];
  return {
    text,
    labelColumn: labels.startsWith(LABEL_COLUMN) ? labels.slice(LABEL_COLUMN.length) : undefined,
    minConfidence: encoding?.action === 'fix' ? thresholdOf(encoding, 'minConfidence') : undefined,
  };
}
