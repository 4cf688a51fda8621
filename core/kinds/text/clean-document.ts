// Cleans one document: applies the fixes of the rules, measures it and computes its id; or rejects it with every reason.

import { sha256 } from '../../base/hash.ts';
import { minHash } from '../../similarity/min-hash.ts';
import { type Change, differenceOf } from '../define/change.ts';
import type { Cleaned } from '../define/cleaned.ts';
import { fixRecord } from '../define/fix-record.ts';
import type { Issue } from '../define/issue.ts';
import { type Action, thresholdOf } from '../define/rule.ts';
import type { IssueCode } from '../issues.ts';
import { type Finding, judgeFindings, shownNumber } from '../judge-findings.ts';
import { parentFolder } from '../labels.ts';
import { missingFacts } from '../missing-facts.ts';
import { findPersonalData, maskPersonalData, type PersonalSpan } from '../personal-data.ts';
import { type LineCounts, type Repeated, withoutBoilerplate } from './boilerplate.ts';
import type { TextDataset } from './definition.ts';
import type { Document } from './documents.ts';
import { countCharacters, normalized, withoutControls, withoutInvisible } from './encoding/characters.ts';
import { repairMojibake } from './encoding/mojibake.ts';
import type { Detected, DetectLanguage } from './language/language.ts';
import { comparedPair, pairId } from './pair.ts';
import type { TextItem } from './part.ts';
import { repetitionOf } from './repetition.ts';

const TOKEN = /[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu;
const LETTER = /\p{L}/gu;
const LONGEST_ROW = 16 * 1024;
/** Fewer do not tell a language for sure. */
const LETTERS_FOR_LANGUAGE = 30;

/** Facts about the unit that contains a document. */
export type TextContext = {
  /** Key in the drop bucket. */
  readonly source: string;
  /** Set if documents are files. */
  readonly lineCounts?: LineCounts | undefined;
  readonly detectLanguage?: DetectLanguage | undefined;
  /** Share of the unit's documents in each language. */
  readonly languageShares?: ReadonlyMap<string, number> | undefined;
};

/** Returns undefined for an empty document if the rule for empty documents is off. */
export function cleanDocument(
  document: Document,
  config: TextDataset,
  context: TextContext,
): Cleaned<TextItem> | undefined {
  const { path, line } = document;
  if (!document.ok) return { accepted: false, path, issues: [document.issue], row: document.row };
  const cleaner = new DocumentCleaner(document, config);
  if (document.detected) cleaner.recordEncoding(document.detected);
  const repeated = applyFixes(cleaner, context);
  const { text, fixes } = cleaner;
  if (text === '') return emptyDocument(document, cleaner);
  const source = fixedSource(document, cleaner, context);
  const measures = { ...measure(cleaner, context), boilerplate: repeated?.share ?? 0 };
  const label = labelOf(document, config);
  for (const code of missingFacts(config, label)) cleaner.find(code);
  const { rejections, flags } = judgeFindings(cleaner.findings, config.rules);
  const [first, ...others] = rejections;
  if (first) return { accepted: false, path, issues: [first, ...others], row: document.text.slice(0, LONGEST_ROW) };
  const bytes = new TextEncoder().encode(text);
  const item: TextItem = {
    itemId: source === undefined ? sha256(bytes) : pairId(source, text),
    path,
    line: line ?? null,
    label,
    bytes,
    ...(source !== undefined && { pairSource: source }),
    ...measures,
    minhash: minHash(source === undefined ? text : comparedPair(source, text)),
    flags: [...new Set(flags)],
    fixes,
    license: config.license,
    source: context.source,
  };
  return { accepted: true, item, changes: cleaner.changes };
}

/** The source of a pair, fixed by the same rules as its text; what is found in it is told beside what is found in the text. */
function fixedSource(
  { path, line, source }: Extract<Document, { ok: true }>,
  cleaner: DocumentCleaner,
  context: TextContext,
): string | undefined {
  if (source === undefined) return undefined;
  const own = new DocumentCleaner(
    { path, ...(line !== undefined && { line }), ok: true, text: source },
    cleaner.config,
  );
  applyFixes(own, context);
  cleaner.fixes.push(...own.fixes);
  cleaner.findings.push(...own.findings);
  for (const change of own.changes)
    if (!cleaner.changes.some(({ rule }) => rule === change.rule)) cleaner.changes.push(change);
  if (own.text === '') cleaner.find('text.missing-source');
  return own.text;
}

/** A document during cleaning: its current text, the fixes and the findings. */
class DocumentCleaner {
  text: string;
  readonly fixes: string[] = [];
  readonly changes: Change[] = [];
  readonly findings: Finding[] = [];
  readonly config: TextDataset;
  readonly #place: Issue['place'];
  readonly #at: { readonly path: string; readonly line?: number };

  constructor({ path, line, text }: Extract<Document, { ok: true }>, config: TextDataset) {
    this.text = text;
    this.config = config;
    this.#at = { path, ...(line !== undefined && { line }) };
    this.#place = this.#at;
  }

  actionOf(code: IssueCode): Action {
    return this.config.rules[code]?.action ?? 'reject';
  }

  threshold(code: IssueCode, setting: string): number {
    const rule = this.config.rules[code];
    if (!rule) throw new RangeError(`there is no rule ${code}`);
    return thresholdOf(rule, setting);
  }

  find(code: IssueCode, given?: string, allowed?: string): void {
    this.findings.push({ code, place: this.#place, ...(given && { given }), ...(allowed && { allowed }) });
  }

  record(code: IssueCode, after: string): void {
    if (after === this.text) return;
    this.fixes.push(fixRecord(code, this.text, after));
    this.#change(code, after);
    this.text = after;
  }

  /** Tells which encoding was found, without a word of the text. */
  recordEncoding(detected: string): void {
    this.fixes.push(fixRecord('text.encoding', detected, 'utf-8'));
    const examples = [{ ...this.#at, before: detected, after: 'utf-8' }];
    this.changes.push({ rule: 'text.encoding', items: 1, examples });
  }

  /** Records each rule once. Personal data is reported without its content. */
  #change(rule: IssueCode, after: string): void {
    if (this.changes.some((change) => change.rule === rule)) return;
    const examples = rule === 'item.personal-data' ? [] : [{ ...this.#at, ...differenceOf(this.text, after) }];
    this.changes.push({ rule, items: 1, examples });
  }

  /** Applies the fix if the rule says so, otherwise adds a finding; does nothing if `after` equals the text. */
  settle(code: IssueCode, after: string, given?: string, allowed?: string): void {
    if (this.actionOf(code) === 'fix') this.record(code, after);
    else if (after !== this.text) this.find(code, given, allowed);
  }
}

const FIXES = [
  ['text.mojibake', repairMojibake],
  ['text.control-characters', withoutControls],
  ['text.invisible-characters', withoutInvisible],
] as const satisfies [IssueCode, (text: string) => string][];
const MOST_ROUNDS = 8;

/** Repeats the fixes, because one can produce text that another fixes. Flags are only set in the first round. */
function fixUntilStable(cleaner: DocumentCleaner): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = cleaner.text;
    for (const [code, fixed] of FIXES) if (cleaner.actionOf(code) === 'fix') cleaner.record(code, fixed(cleaner.text));
    cleaner.record('text.not-normalized', normalized(cleaner.text));
    if (cleaner.text === before) return;
  }
}

/**
 * Applies the fixes in an order in which no step hides what a later one looks for: control characters are part of some mojibake.
 */
function applyFixes(cleaner: DocumentCleaner, { lineCounts }: TextContext): Repeated | undefined {
  cleaner.settle('text.mojibake', repairMojibake(cleaner.text));
  const visible = withoutControls(cleaner.text);
  cleaner.settle('text.control-characters', visible, `${cleaner.text.length - visible.length} of them`);
  const plain = withoutInvisible(cleaner.text);
  cleaner.settle('text.invisible-characters', plain, `${cleaner.text.length - plain.length} of them`);
  cleaner.record('text.not-normalized', normalized(cleaner.text));
  fixUntilStable(cleaner);
  const repeated = lineCounts && boilerplate(cleaner, lineCounts);
  if (cleaner.actionOf('item.personal-data') !== 'off') {
    const spans = findPersonalData(cleaner.text);
    if (spans.length > 0) cleaner.settle('item.personal-data', maskPersonalData(cleaner.text, spans), kindsOf(spans));
  }
  cut(cleaner);
  // Removed or inserted text may have left a combining mark at an edge.
  cleaner.text = normalized(cleaner.text);
  return repeated;
}

function boilerplate(cleaner: DocumentCleaner, counts: LineCounts): Repeated {
  const code = 'text.boilerplate';
  const repeated = withoutBoilerplate(cleaner.text, counts, {
    minDocuments: cleaner.threshold(code, 'minDocuments'),
    minShare: cleaner.threshold(code, 'minShare'),
  });
  const most = cleaner.threshold(code, 'max');
  if (cleaner.actionOf(code) === 'fix') cleaner.record(code, normalized(repeated.kept));
  else if (repeated.share > most) cleaner.find(code, shownNumber(repeated.share), `at most ${most}`);
  return repeated;
}

function cut(cleaner: DocumentCleaner): void {
  const { maxLength } = cleaner.config.text;
  const characters = countCharacters(cleaner.text);
  if (characters <= maxLength) return;
  const shortened = Array.from(cleaner.text.slice(0, maxLength * 2))
    .slice(0, maxLength)
    .join('');
  cleaner.settle('text.too-long', shortened, `${characters} characters`, `at most ${maxLength} characters`);
}

function emptyDocument({ path, text, line }: Extract<Document, { ok: true }>, cleaner: DocumentCleaner) {
  if (cleaner.actionOf('text.empty') === 'off') return undefined;
  const issue: Issue = { code: 'text.empty', place: { path, ...(line !== undefined && { line }) } };
  return { accepted: false, path, issues: [issue], row: text.slice(0, LONGEST_ROW) } as const;
}

function measure(cleaner: DocumentCleaner, { detectLanguage, languageShares }: TextContext) {
  const { text } = cleaner;
  const length = countCharacters(text);
  const shortest = cleaner.threshold('text.too-short', 'min');
  if (length < shortest) cleaner.find('text.too-short', `${length} characters`, `at least ${shortest} characters`);
  if (text.includes('\ufffd')) cleaner.find('text.lost-characters');
  const repetition = cleaner.actionOf('text.repetition') === 'off' ? 0 : repetitionOf(text);
  const most = cleaner.threshold('text.repetition', 'max');
  if (repetition > most && length >= cleaner.threshold('text.repetition', 'minLength'))
    cleaner.find('text.repetition', shownNumber(repetition), `at most ${most}`);
  const detected = detectLanguage?.(text) ?? null;
  if (detected) judgeLanguage(cleaner, detected, languageShares?.get(detected.language) ?? 1);
  return {
    length,
    tokens: text.match(TOKEN)?.length ?? 0,
    language: detected?.language ?? null,
    letterShare: (text.match(LETTER)?.length ?? 0) / length,
    repetition,
  };
}

/** `share`: of the unit's documents in this language. */
function judgeLanguage(cleaner: DocumentCleaner, { language, leadOver }: Detected, share: number): void {
  const least = cleaner.threshold('text.language', 'minShare');
  if (share < least)
    cleaner.find('text.language', `${language}, ${shownNumber(share)} of the documents`, `at least ${least}`);
  const { languages } = cleaner.config.text;
  // The letters of a short line are those of several languages.
  const isLong = (cleaner.text.match(LETTER)?.length ?? 0) >= LETTERS_FOR_LANGUAGE;
  if (isLong && languages && leadOver(languages) > cleaner.threshold('text.language-not-allowed', 'lead'))
    cleaner.find('text.language-not-allowed', language, languages.join(', '));
}

function labelOf({ path, label }: Extract<Document, { ok: true }>, { labels }: TextDataset): string | null {
  return labels === 'folder' ? parentFolder(path) : (label ?? null);
}

/** Returns for example `2 email, 1 phone`: the kinds and counts, never the values. */
function kindsOf(spans: readonly PersonalSpan[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of spans) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
