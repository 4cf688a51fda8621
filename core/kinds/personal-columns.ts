// Column names that promise personal data, in the languages that table headers are often written in.

const WHOLE = new Set(
  (
    'name names fullname firstname forename givenname middlename lastname surname familyname maidenname nickname username login ' +
    'email mail phone telephone mobile cell fax address street postcode postalcode zip zipcode birthdate dateofbirth dob birthday ' +
    'ssn socialsecurity passport iban creditcard cardnumber ip ipaddress ' +
    'vorname nachname familienname strasse adresse plz geburtsdatum telefon ' +
    'nom prenom adresseemail rue codepostal datenaissance nombre apellido apellidos direccion correo telefono'
  ).split(' '),
);
/** Alone they may also be the names of products or places. */
const ANY_NAME = new Set(['name', 'names', 'nom', 'nombre']);
/** Columns that only things have. */
const OF_THINGS = new Set(
  (
    'price unitprice cost currency preis prix precio sku stock quantity qty menge brand marke manufacturer hersteller model product ' +
    'produkt category kategorie categorie ingredients calories kcal population einwohner capital continent area flache latitude longitude ' +
    'lat lon lng geometry elevation altitude hohe species genus breed genre platform publisher developer mpg horsepower cylinders ' +
    'mass diameter symbol ticker gdp'
  ).split(' '),
);
/** Columns that people have. */
const OF_PEOPLE =
  /^(age|ageinyears|alter|edad|sex|gender|geschlecht|sexe|genero|nationality|occupation|job|jobtitle|salary|gehalt|employer|department|survived|title|anrede|salutation|team|position|grade|married|maritalstatus|education)$|birth|geburt|naissance|nacimiento|patient|student|employee/;
/** Ends of longer names: customer_email, home address, patient-name. */
const ENDS = ['firstname', 'lastname', 'fullname', 'surname', 'email', 'phone', 'address', 'birthdate'];
const PEOPLE =
  /^(customer|client|patient|person|employee|user|contact|author|student|member|guest|owner|kunde|patienten?)name$/;

/**
 * Returns whether a column of this name probably contains names, addresses or numbers of people. `filename` and `product name` do not
 * count.
 */
export function nameLikeColumn(column: string): boolean {
  const name = lettersOf(column);
  return WHOLE.has(name) || PEOPLE.test(name) || ENDS.some((end) => name.endsWith(end));
}

/**
 * Returns the columns of a table that probably contain such data. A column that is only called `name` does not where the other columns are
 * those of things, such as prices or places, and none is one of people.
 */
export function nameLikeColumns(columns: readonly string[]): ReadonlySet<string> {
  const found = columns.filter(nameLikeColumn);
  const plain = columns.map(lettersOf);
  const isOfThings = plain.some((name) => OF_THINGS.has(name)) && !plain.some((name) => OF_PEOPLE.test(name));
  const isAlone = found.every((column) => ANY_NAME.has(lettersOf(column)));
  return new Set(isOfThings && isAlone ? [] : found);
}

function lettersOf(column: string): string {
  return column
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^a-z]/g, '');
}
