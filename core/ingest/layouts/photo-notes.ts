// What programs and phones write beside photos: the JSON of Google Takeout, edits of iPhones, Lightroom's settings, films of Live Photos.

const PHOTO = /\.(jpe?g|png|webp|bmp|tiff?|heic|heif|avif|gif|dng|cr2|cr3|nef|arw)$/i;
const LIVE_FILM = /\.(mov|mp4)$/i;
const TAKEOUT_NAME = 'supplemental-metadata';
/** Of a whole Takeout, not of one photo. */
const TAKEOUT_FILE =
  /(^|\/)(archive_browser\.html|print-subscriptions\.json|user-generated-memory-titles\.json|shared_album_comments\.json)$/;
/** What an album is called, in the folder of its photos; the name is in the language of the account. */
const ALBUM = /(^|\/)(metadata|metadaten|métadonnées|metadatos|metadati|metadados)\.json$/i;

/** Returns the names of such files; empty where no photo lies beside them. */
export function photoNotes(names: readonly string[]): string[] {
  const all = new Set(names);
  const photos = names.filter((name) => PHOTO.test(name));
  const stems = new Set(photos.map(stemOf));
  const ofPhotos = new Map(names.map((name) => [name, takeoutPhoto(name)] as const));
  const albums = new Set<string>();
  for (const [name, photo] of ofPhotos) if (photo !== undefined && all.has(photo)) albums.add(folderOf(name));
  return names.filter((name) => {
    const photo = ofPhotos.get(name);
    if (photo !== undefined) return all.has(photo);
    if (albums.size > 0 && TAKEOUT_FILE.test(name)) return true;
    if (ALBUM.test(name)) return albums.has(folderOf(name));
    if (LIVE_FILM.test(name)) return stems.has(stemOf(name));
    const beside = name.replace(/\.(xmp|aae)$/i, '');
    // An iPhone calls the edit of IMG_1234 IMG_O1234.
    return (
      beside !== name && [beside, beside.replace(/IMG_O(?=\d+$)/, 'IMG_')].some((one) => stems.has(one) || all.has(one))
    );
  });
}

/**
 * The photo or film that a JSON of Takeout is about: `1.jpg` of `1.jpg.json`, `1.jpg.supplemental-metadata.json` or a shorter form of it, and
 * `1(2).jpg` of `1.jpg(2).json`.
 */
function takeoutPhoto(name: string): string | undefined {
  const [, base, number = ''] = /^(.*?)(\(\d+\))?\.json$/i.exec(name) ?? [];
  if (base === undefined) return undefined;
  const [, inner = base, end = ''] = /^(.*)\.(s[a-z-]*)$/.exec(base) ?? [];
  const photo = end !== '' && TAKEOUT_NAME.startsWith(end) ? inner : base;
  if (!PHOTO.test(photo) && !LIVE_FILM.test(photo)) return undefined;
  return `${stemOf(photo)}${number}${photo.slice(stemOf(photo).length)}`;
}

function stemOf(name: string): string {
  return name.replace(/\.[^./]+$/, '');
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}
