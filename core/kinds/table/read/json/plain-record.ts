// Records as databases and maps export them, with each value wrapped in its type: the values alone are the row.
import { exactNumber } from './exact-json.ts';

type Row = Readonly<Record<string, unknown>>;
/** `shape`: what the record was, for people; undefined for an ordinary one. */
export type PlainRecord = { readonly value: unknown; readonly shape?: RecordShape };
export type RecordShape = keyof typeof RECORD_SHAPES;

/** What becomes of a record of each shape. */
export const RECORD_SHAPES = {
  geojson:
    'GeoJSON: the properties of a feature are its columns; a point is longitude and latitude, any other geometry a text',
  dynamodb: 'records of DynamoDB: values without the letters of their types',
  mongodb: 'records of MongoDB: values without the names of their types, such as $oid',
  elasticsearch: 'hits of Elasticsearch: the fields of _source are the columns, beside _id',
} as const;

const POSITION = ['longitude', 'latitude', 'altitude'];
const MONGO_TYPES = new Set(['$oid', '$date', '$numberInt', '$numberLong', '$numberDouble', '$numberDecimal']);

/** Returns any other value as it is. */
export function plainRecord(value: unknown): PlainRecord {
  if (!isObject(value)) return { value };
  if (isFeature(value)) return { value: fromFeature(value), shape: 'geojson' };
  const item = isObject(value.Item) && Object.keys(value).length === 1 ? value.Item : value;
  if (isDynamo(item)) return { value: mapValues(item, fromDynamo), shape: 'dynamodb' };
  if (isObject(value._source) && '_id' in value && !('_id' in value._source))
    return { value: { _id: value._id, ...value._source }, shape: 'elasticsearch' };
  return hasMongo(value) ? { value: fromMongo(value), shape: 'mongodb' } : { value };
}

function isObject(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function mapValues(row: Row, change: (value: unknown) => unknown): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]));
}

/** RFC 7946, section 3.2. */
function isFeature({ type, properties, geometry }: Row): boolean {
  return type === 'Feature' && (isObject(properties) || properties === null) && isGeometry(geometry);
}

function isGeometry(geometry: unknown): boolean {
  return geometry === null || geometry === undefined || (isObject(geometry) && typeof geometry.type === 'string');
}

/** Properties keep their names; what would have the name of one is kept under a name with an underscore. */
function fromFeature({ id, properties, geometry }: Row): Row {
  const row = new Map<string, unknown>(Object.entries((properties ?? {}) as Row));
  const add = (name: string, value: unknown) => row.set(row.has(name) ? `_${name}` : name, value);
  if (id !== undefined) add('id', id);
  if (!isObject(geometry)) return Object.fromEntries(row);
  const position = geometry.type === 'Point' ? geometry.coordinates : undefined;
  if (Array.isArray(position) && position.length > 1 && position.length <= POSITION.length)
    for (const [i, value] of position.entries()) add(POSITION[i] as string, value);
  else add('geometry', geometry);
  return Object.fromEntries(row);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
function isDynamo(row: Row): boolean {
  const values = Object.values(row);
  return values.length > 0 && values.every(isDynamoValue);
}

function isDynamoValue(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [[type, inner] = [], ...others] = Object.entries(value);
  if (type === undefined || others.length > 0) return false;
  switch (type) {
    case 'S':
    case 'B':
      return typeof inner === 'string';
    case 'N':
      return isNumeric(inner);
    case 'BOOL':
      return typeof inner === 'boolean';
    case 'NULL':
      return inner === true;
    case 'SS':
    case 'BS':
      return Array.isArray(inner) && inner.every((one) => typeof one === 'string');
    case 'NS':
      return Array.isArray(inner) && inner.every(isNumeric);
    case 'L':
      return Array.isArray(inner) && inner.every(isDynamoValue);
    case 'M':
      return isObject(inner) && Object.values(inner).every(isDynamoValue);
    default:
      return false;
  }
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
}

function fromDynamo(value: unknown): unknown {
  const [[type, inner] = []] = Object.entries(value as Row);
  if (type === 'NULL') return null;
  if (type === 'N') return exactNumber(inner as string);
  if (type === 'NS') return (inner as string[]).map(exactNumber);
  if (type === 'L') return (inner as unknown[]).map(fromDynamo);
  return type === 'M' ? mapValues(inner as Row, fromDynamo) : inner;
}

/** Extended JSON: https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/ */
function hasMongo(row: Row): boolean {
  return Object.values(row).some((value) => mongoType(value) !== undefined);
}

function mongoType(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  return name !== undefined && others.length === 0 && MONGO_TYPES.has(name) ? name : undefined;
}

function fromMongo(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromMongo);
  if (!isObject(value)) return value;
  const type = mongoType(value);
  if (type === undefined) return mapValues(value, fromMongo);
  const inner = value[type];
  if (type === '$oid') return inner;
  if (type === '$date') return mongoType(inner) === undefined ? inner : momentOf(Number(fromMongo(inner)));
  return isNumeric(inner) ? exactNumber(inner as string) : inner;
}

function momentOf(ms: number): unknown {
  const moment = new Date(ms);
  return Number.isNaN(moment.getTime()) ? ms : moment.toISOString();
}
