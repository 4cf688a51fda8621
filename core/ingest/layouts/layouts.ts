// Recognises layouts of published datasets by file names: which layout it is, and which files contain no items.
import { type Remark, remarkOn } from '../../kinds/define/remark.ts';
import { isNote, notesBesideTables } from '../../kinds/formats/notes-beside-tables.ts';
import { splitFolders } from '../../kinds/split-folders.ts';
import { masksAmong } from './masks.ts';
import { photoNotes } from './photo-notes.ts';

const PICTURE = /\.(jpe?g|png|webp|gif|bmp|tiff?|hei[cf]|avif|jxl|dng|cr2|cr3|nef|arw)$/i;
const SAMPLE = /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf]|jxl|bmp|wav|flac|mp3|ogg|opus|m4a|aac|aiff?)$/i;
const CAPTION = /\.(txt|caption)$/i;
/** Fewer of the pictures and sounds with a text of the same name: it is about something else. */
const CAPTIONED_SHARE = 0.5;
const FACTS = /\.(cls|json|txt)$/i;
const EXPORT_NOTES = /^(README\.md|export\.json|SHA256SUMS|items\.csv|(train|validation|test)\/metadata\.jsonl)$/;
/** Arrays and bundles of pictures or sounds, as data for machine learning is published. */
const ARRAY =
  /(\.(npy|npz|tar|tgz|tar\.gz)|ubyte(\.gz)?|(^|\/)(data_batch_\d+|test_batch|(train|test|unlabeled)(_[xy])?)\.bin)$/i;
/** Lists of classes, splits, boxes and speakers, by the names that published collections of pictures and sounds give them; no sidecar. */
const LISTS = [
  /(^|\/)(class(es|_names|_labels)?|labels?|categories|names|words|wnids|images|synsets?|loc_synset_mapping)\.(txt|names)$/i,
  /(^|\/)(image_class_labels|train_test_split|bounding_boxes|attributes|certainties|parts?(_locs)?|fold_indices)\.txt$/i,
  /(^|\/)((train|val|valid|validation|test|testing|trainval|dev)([_-]?(list|ids|images|split|set))?|list(_\w+)?)\.txt$/i,
  /(^|\/)(identity_\w+|\w+_(annotations|boxes)|speakers?|speaker-info|chapters|books|[\w.]+\.labels|_darknet)\.(txt|labels)$/i,
  /(^|\/)(readme|license)\.\w+\.txt$|(^|\/)(imagelabels|setid)\.mat$|(^|\/)sample_?submission\.csv$|(^|\/)obj\.(names|data)$/i,
  /(^|\/)(dataset_info|features|label_\w+)\.json$|(^|\/)(reported|(un)?validated_sentences)\.tsv$/i,
];
/** Phonemes, words, marks and landmarks of the sound or picture that has the same name. */
const MARKS = /\.(phn|wrd|lab|textgrid|ctm|eaf|trs|stm|jams|beats|svl|pts|xmp|geojson|mat|json|xml|lrc|cue)$/i;
/** What img2dataset writes beside each of its tars. */
const TAR_NOTE = /(\.parquet|_stats\.json)$/;
const YOLO_LABELS = /(^|\/)labels\/.*\.txt$/i;
const YOLO_BESIDE = /(^|\/)(data\.ya?ml|classes\.txt|obj\.names|obj\.data|(train|val|valid|test)\.txt)$/i;
const VOC_BOXES = /(^|\/)annotations\/(.*\/)?[^/]*\.xml$/i;
const VOC_LISTS = /(^|\/)ImageSets\/.*\.txt$/i;
const COCO_ANNOTATIONS =
  /(^|\/)(annotations\/[^/]*\.json|annotations?\.json|_annotations\.coco\.json|(instances|captions|person_keypoints)_[^/]*\.json)$/i;

/** `ignored`: names of the files that describe the items of the layout; they are not items themselves. */
export type FolderLayout = { readonly ignored: ReadonlySet<string>; readonly remarks: readonly Remark[] };

const NOTHING: FolderLayout = { ignored: new Set(), remarks: [] };

/** `names`: of all files that are data, within the dataset or the archive. */
export function folderLayoutOf(names: readonly string[]): FolderLayout {
  const pictures = names.filter((name) => PICTURE.test(name));
  const known =
    exported(names) ??
    webDataset(names) ??
    (pictures.length > 0 ? (yolo(names, pictures) ?? pascalVoc(names, pictures) ?? coco(names)) : undefined) ??
    (pictures.length > 0 ? notesOf(photoNotes(names)) : undefined) ??
    captioned(names) ??
    notesOf(savedWith(names)) ??
    (pictures.length > 0 ? undefined : notesOf(notesBesideTables(names)));
  const { ignored, remarks } = joined(withMasks(known ?? NOTHING, pictures), names);
  const splits = splitFolders(names.filter((name) => !ignored.has(name)));
  if (!splits) return { ignored, remarks };
  const given = [...splits].map(([split, files]) => `${split}: ${files}`).join(', ');
  const split = remarkOn(
    'layout.split-folders',
    names.filter((name) => !ignored.has(name)),
    given,
  );
  return { ignored, remarks: split ? [...remarks, split] : remarks };
}

/** Pictures in `images/`, and boxes under the same names in `labels/`. */
function yolo(names: readonly string[], pictures: readonly string[]): FolderLayout | undefined {
  const stems = new Set(pictures.map((name) => name.replace(/(^|\/)images\//i, '$1labels/').replace(/\.[^.]+$/, '')));
  const labels = names.filter((name) => YOLO_LABELS.test(name) && stems.has(name.replace(/\.txt$/i, '')));
  if (labels.length === 0) return undefined;
  const all = names.filter((name) => YOLO_LABELS.test(name) || YOLO_BESIDE.test(name));
  return layout(all, 'layout.yolo');
}

/**
 * Pictures in `JPEGImages/`, boxes under the same names as XML in `Annotations/`, and lists of names in `ImageSets/`; or boxes right beside
 * most of the pictures, as labelImg and Roboflow write them.
 */
function pascalVoc(names: readonly string[], pictures: readonly string[]): FolderLayout | undefined {
  const stems = new Set(pictures.map((name) => stemOf(name)));
  const paths = new Set(pictures.map((name) => name.replace(/\.[^./]+$/, '')));
  const beside = names.filter((name) => /\.xml$/i.test(name) && paths.has(name.replace(/\.[^./]+$/, '')));
  const boxes = [
    ...names.filter((name) => VOC_BOXES.test(name) && stems.has(stemOf(name))),
    ...(beside.length >= pictures.length * CAPTIONED_SHARE ? beside : []),
  ];
  if (boxes.length === 0) return undefined;
  return layout([...new Set([...boxes, ...names.filter((name) => VOC_LISTS.test(name))])], 'layout.pascal-voc');
}

/** With its folder, without its extension. */
function pathStemOf(name: string): string {
  return name.replace(/\.[^./]+$/, '');
}

function stemOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
}

/** An export of goldpan that is put again: what describes its items lies beside them. */
function exported(names: readonly string[]): FolderLayout | undefined {
  const mark = names.find((name) => /(^|\/)export\.json$/.test(name));
  const folder = mark?.slice(0, -'export.json'.length);
  if (folder === undefined || !names.includes(`${folder}SHA256SUMS`)) return undefined;
  return layout(
    names.filter((name) => name.startsWith(folder) && EXPORT_NOTES.test(name.slice(folder.length))),
    'layout.export',
  );
}

/** Captions or transcripts: texts that have the name of a picture or a sound, beside most of these. Texts with some pictures are the data. */
function captioned(names: readonly string[]): FolderLayout | undefined {
  const stemOf = (name: string) => name.replace(/\.[^./]*$/, '');
  const samples = names.filter((name) => SAMPLE.test(name));
  const stems = new Set(samples.flatMap((name) => [name, stemOf(name)]));
  const texts = names.filter((name) => CAPTION.test(name));
  const beside = texts.filter((name) => stems.has(stemOf(name)));
  const isMost = beside.length > 0 && beside.length >= samples.length * CAPTIONED_SHARE;
  return isMost && texts.length <= 2 * beside.length ? layout(beside, 'layout.webdataset') : undefined;
}

/** Files that share a name up to the first point; at least one of them is a class (`.cls`). */
function webDataset(names: readonly string[]): FolderLayout | undefined {
  if (!names.some((name) => name.endsWith('.cls'))) return undefined;
  const keyOf = (name: string) => name.replace(/(^|\/)([^/.]*)[^/]*$/, '$1$2');
  const samples = new Set(names.filter((name) => SAMPLE.test(name)).map(keyOf));
  const facts = names.filter((name) => FACTS.test(name) && samples.has(keyOf(name)));
  return facts.length === 0 ? undefined : layout(facts, 'layout.webdataset');
}

function coco(names: readonly string[]): FolderLayout | undefined {
  const annotations = names.filter((name) => COCO_ANNOTATIONS.test(name));
  return annotations.length === 0 ? undefined : layout(annotations, 'layout.coco');
}

/** `Article_files/`, in which a browser saves what `Article.html` needs. */
function savedWith(names: readonly string[]): string[] {
  const pages = names.flatMap((name) => (/\.html?$/i.test(name) ? [`${pathStemOf(name)}_files/`] : []));
  // Google Sheets saves a style beside its pages.
  const isStyle = (name: string) => pages.length > 0 && /(^|\/)resources\/sheet\.css$/.test(name);
  return names.filter((name) => isStyle(name) || pages.some((folder) => name.startsWith(folder)));
}

function notesOf(found: readonly string[]): FolderLayout | undefined {
  return found.length === 0 ? undefined : layout(found, 'layout.notes');
}

/** Also leaves out pictures that are masks of others. */
function withMasks({ ignored, remarks }: FolderLayout, pictures: readonly string[]): FolderLayout {
  const masks = masksAmong(pictures);
  if (masks.length === 0) return { ignored, remarks };
  const more = layout(masks, 'layout.masks');
  return { ignored: new Set([...ignored, ...masks]), remarks: [...remarks, ...more.remarks] };
}

/** Also leaves out what is written about pictures and sounds for people, and the list of their classes, where these are most of the files. */
function joined({ ignored, remarks }: FolderLayout, names: readonly string[]): FolderLayout {
  const others = names.filter((name) => !ignored.has(name));
  const tars = new Set(names.filter((name) => /\.tar$/i.test(name)).map((name) => name.slice(0, -'.tar'.length)));
  const isOfTar = (name: string) => tars.size > 0 && tars.has(name.replace(TAR_NOTE, ''));
  const stems = new Set(others.filter((name) => SAMPLE.test(name)).map(pathStemOf));
  const isMark = (name: string) => MARKS.test(name) && stems.has(pathStemOf(name));
  const isRead = (name: string) => /(^|\/)class_names\.txt$/i.test(name) && names.some((one) => /_X\.bin$/.test(one));
  const found = others.filter(
    (name) => isMark(name) || isNote(name) || isOfTar(name) || (LISTS.some((list) => list.test(name)) && !isRead(name)),
  );
  const samples = others.filter((name) => SAMPLE.test(name) || ARRAY.test(name)).length;
  if (found.length === 0 || samples * 2 <= others.length - found.length) return { ignored, remarks };
  const more = layout(found, 'layout.notes');
  return { ignored: new Set([...ignored, ...found]), remarks: [...remarks, ...more.remarks] };
}

type LayoutCode =
  | 'layout.export'
  | 'layout.webdataset'
  | 'layout.yolo'
  | 'layout.pascal-voc'
  | 'layout.coco'
  | 'layout.masks'
  | 'layout.notes';

function layout(names: readonly string[], code: LayoutCode): FolderLayout {
  const remark = remarkOn(code, names);
  return { ignored: new Set(names), remarks: remark ? [remark] : [] };
}
