// Masks beside pictures: pictures of which pixel belongs to what, under the names of the pictures.

const FOLDER =
  /(^|\/)(masks?|\w+[_-]masks?|segmentation(class|object|s)?|segmentations?_masks?|seg|trimaps?|ground[_-]?truths?|gt|labels|annotations)\//i;
const SUFFIX = /[_-](masks?|seg|segmentation|gt|label|trimap)$/i;
/** Folders of all pictures, which are no class. */
const CONTAINER = /(^|\/)(images?|imgs?|jpegimages|jpe?g|png|photos?|pictures?|inputs?|x|train|val|valid|test)$/i;
/** Fewer of the pictures in folders of masks whose names others have: they are a class. */
const LEAST_SHARE = 0.5;

/** Returns the pictures that are masks of others. `pictures`: names of all pictures, within the dataset or the archive. */
export function masksAmong(pictures: readonly string[]): string[] {
  const isApart = (name: string) => FOLDER.test(name) || SUFFIX.test(stemOf(name));
  const owners = new Map(pictures.filter((name) => !isApart(name)).map((name) => [stemOf(name), name] as const));
  const apart = pictures.filter(isApart);
  const masks = apart.filter((name) => {
    const owner = owners.get(stemOf(name).replace(SUFFIX, ''));
    if (owner === undefined) return false;
    // A class called masks may have numbers for names, as the other classes have.
    return SUFFIX.test(stemOf(name)) || endingOf(name) !== endingOf(owner) || CONTAINER.test(folderOf(owner));
  });
  return masks.length >= apart.length * LEAST_SHARE ? masks : [];
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf('.')).toLowerCase();
}

function stemOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
}
