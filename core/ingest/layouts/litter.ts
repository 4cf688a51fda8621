// Files that operating systems, file servers and tools write of their own: one list for folders, archives, single uploads and inference.

/** Full names of folders and files, in lower case. */
const NAMES: Readonly<Record<string, string>> = {
  __macosx: 'macOS',
  '.ds_store': 'macOS',
  '.localized': 'macOS',
  '.spotlight-v100': 'macOS',
  '.fseventsd': 'macOS',
  '.temporaryitems': 'macOS',
  '.documentrevisions-v100': 'macOS',
  '.apdisk': 'macOS',
  '.appledouble': 'macOS',
  '.appledb': 'macOS',
  '.appledesktop': 'macOS',
  'icon\r': 'macOS',
  'thumbs.db': 'Windows',
  'thumbs.db:encryptable': 'Windows',
  'ehthumbs.db': 'Windows',
  'ehthumbs_vista.db': 'Windows',
  'desktop.ini': 'Windows',
  '$recycle.bin': 'Windows',
  recycler: 'Windows',
  'system volume information': 'Windows',
  'found.000': 'Windows',
  'lost+found': 'Linux',
  '.directory': 'KDE',
  '.thumbnails': 'a file browser',
  '.nomedia': 'Android',
  '@eadir': 'a Synology file server',
  '#recycle': 'a Synology file server',
  '#snapshot': 'a Synology file server',
  '@recycle': 'a QNAP file server',
  '@recently-snapshot': 'a QNAP file server',
  '.@__thumb': 'a QNAP file server',
  '.picasa.ini': 'Picasa',
  'picasa.ini': 'Picasa',
  '.picasaoriginals': 'Picasa',
  '.ipynb_checkpoints': 'Jupyter',
  __pycache__: 'Python',
  '.git': 'Git',
  '.gitignore': 'Git',
  '.gitattributes': 'Git',
  '.gitkeep': 'Git',
  '.gitmodules': 'Git',
  '.keep': 'Git',
  '.svn': 'Subversion',
  '.hg': 'Mercurial',
  '.dropbox': 'Dropbox',
  '.dropbox.cache': 'Dropbox',
  '.sync': 'a synchronising program',
  '.stfolder': 'a synchronising program',
  '.stversions': 'a synchronising program',
  'zbthumbnail.info': 'Canon',
  '.obsidian': 'Obsidian',
  'aws-logs-write-test': 'Amazon CloudWatch',
  'imdb.vocab': 'the authors of aclImdb',
  'imdber.txt': 'the authors of aclImdb',
  'labeledbow.feat': 'the authors of aclImdb',
  'unsupbow.feat': 'the authors of aclImdb',
  'urls_pos.txt': 'the authors of aclImdb',
  'urls_neg.txt': 'the authors of aclImdb',
  'urls_unsup.txt': 'the authors of aclImdb',
  _success: 'Spark',
  _temporary: 'Spark',
  _spark_metadata: 'Spark',
  _metadata: 'Spark',
  _common_metadata: 'Spark',
};
const STARTS: readonly (readonly [string, string])[] = [
  ['._', 'macOS'],
  ['.trash', 'the trash of a desktop'],
  ['~$', 'an office program'],
  ['.~lock.', 'an office program'],
  ['.nfs0', 'NFS'],
  ['.syncthing.', 'a synchronising program'],
  ['~syncthing~', 'a synchronising program'],
  ['.hive-staging', 'Hive'],
  ['_started_', 'Databricks'],
  ['_committed_', 'Databricks'],
  ['.fuse_hidden', 'FUSE'],
];

const ENDINGS: readonly (readonly [string, string])[] = [
  ['_$folder$', 'Hadoop'],
  ['.csv.metadata', 'Amazon Athena'],
];

/** Files that an export of DynamoDB to S3 has beside its data. */
const DYNAMO_MANIFEST = /(^|\/)AWSDynamoDB\/(.*\/)?(manifest-(summary|files)\.(json|md5)|_started)$/;

/**
 * Returns the program that writes such a file, for people; undefined if the file may be data. `path` has forward slashes.
 */
export function litterOf(path: string): string | undefined {
  if (DYNAMO_MANIFEST.test(path)) return 'Amazon DynamoDB';
  for (const segment of path.split('/')) {
    const name = segment.toLowerCase();
    const writer = Object.hasOwn(NAMES, name)
      ? NAMES[name]
      : (STARTS.find(([start]) => name.startsWith(start))?.[1] ??
        ENDINGS.find(([end]) => name.endsWith(end))?.[1] ??
        (/^\..*\.crc$/.test(name) ? 'Hadoop' : undefined));
    if (writer !== undefined) return writer;
  }
  return undefined;
}
