// Cleans one image: decoded, measured, judged, brought to the configured shape, named by its pixels; or rejected with the reason.

import { imageHash } from '../../base/hash.ts';
import { perceptualHash } from '../../similarity/perceptual-hash.ts';
import type { Cleaned, SourceFile } from '../define/cleaned.ts';
import { fixRecord } from '../define/fix-record.ts';
import { type RuleSetting, thresholdOf } from '../define/rule.ts';
import type { RulesInForce } from '../define/rules-in-force.ts';
import type { IssueCode } from '../issues.ts';
import { type Finding, judgeFindings } from '../judge-findings.ts';
import { parentFolder } from '../labels.ts';
import { missingFacts } from '../missing-facts.ts';
import type { ImageConfig } from './config.ts';
import { decodeImage, resizeImage } from './decode.ts';
import type { ImageDataset } from './definition.ts';
import type { ImageHeader } from './header.ts';
import { judgeImage } from './judge.ts';
import { measureImage, type RawImage } from './measure.ts';
import { medianFilter } from './median-filter.ts';
import type { ImageItem } from './part.ts';
import { encodePhoto } from './photo.ts';

/** `source`: key in the drop bucket. */
export async function cleanImage(file: SourceFile, config: ImageDataset, source: string): Promise<Cleaned<ImageItem>> {
  const { path } = file;
  if (!file.ok) return { accepted: false, path, issues: [file.issue] };
  const { image, rules } = config;
  const decoded = await decodeImage(file.bytes, path, image);
  if (!decoded.ok) return { accepted: false, path, issues: [decoded.issue], bytes: file.bytes };
  const { picture, header, photo, warnings } = decoded.image;
  const { denoised, measured } = denoise(picture, rules);
  const changed = changesOf(header, image);
  const label = config.labels === 'folder' ? parentFolder(path) : null;
  const found: Finding[] = [
    ...judgeImage({ measured, header, path }, image, rules),
    ...changed.map((code) => ({ code, place: { path }, ...shapes(header, image) })),
    ...(warnings ? [{ code: 'image.repaired' as const, place: { path }, given: warnings }] : []),
    ...missingFacts(config, label).map((code) => ({ code, place: { path } })),
  ];
  const { rejections, flags } = judgeFindings(found, rules);
  const [first, ...others] = rejections;
  if (first) return { accepted: false, path, issues: [first, ...others], bytes: file.bytes };
  const { pixels } = await resizeImage(denoised, image);
  const { grey, darkest: _darkest, lightest: _lightest, ...measures } = measured;
  const { width, height, channels } = image;
  const item: ImageItem = {
    itemId: imageHash(image, pixels),
    path,
    label,
    bytes: pixels,
    width,
    height,
    channels,
    originalWidth: header.width,
    originalHeight: header.height,
    aspect: header.width / header.height,
    ...measures,
    phash: perceptualHash(grey, denoised.width, denoised.height),
    flags,
    fixes: [
      ...changed.map((code) => fixRecord(code, file.bytes, pixels)),
      ...(warnings ? [fixRecord('image.repaired', file.bytes, pixels, warnings)] : []),
      ...(denoised === picture ? [] : [fixRecord('image.noisy', picture.pixels, denoised.pixels)]),
    ],
    license: config.license,
    source,
    ...(photo && { photo: await encodePhoto(denoised === picture ? photo : medianFilter(photo)) }),
  };
  return { accepted: true, item };
}

/** Measured as it is, and again where it had to be filtered. */
function denoise(picture: RawImage, rules: RulesInForce) {
  const measured = measureImage(picture);
  const rule = rules['image.noisy'] as RuleSetting;
  if (rule.action !== 'fix' || measured.noise <= thresholdOf(rule, 'max')) return { denoised: picture, measured };
  const denoised = medianFilter(picture);
  return { denoised, measured: measureImage(denoised) };
}

/** Returns the codes of the changes that decoding to the configured shape makes. */
function changesOf(header: ImageHeader, image: ImageConfig): IssueCode[] {
  const changes: [IssueCode, boolean][] = [
    ['image.first-page', header.pages !== undefined],
    ['image.orientation', header.orientation > 1],
    ['image.transparent', header.transparent],
    ['image.channels', header.channels !== image.channels],
    ['image.other-size', header.width !== image.width || header.height !== image.height],
  ];
  return changes.flatMap(([code, happened]) => (happened ? [code] : []));
}

function shapes(header: ImageHeader, image: ImageConfig) {
  const text = ({ width, height, channels }: ImageConfig | ImageHeader) => `${width} x ${height} x ${channels}`;
  return { given: text(header), allowed: text(image) };
}
