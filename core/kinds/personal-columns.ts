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
/** Ends of longer names: customer_email, home address, patient-name. */
const ENDS = ['firstname', 'lastname', 'fullname', 'surname', 'email', 'phone', 'address', 'birthdate'];
const PEOPLE =
  /^(customer|client|patient|person|employee|user|contact|author|student|member|guest|owner|kunde|patienten?)name$/;

/**
 * Returns whether a column of this name probably contains names, addresses or numbers of people. `filename` and `product name` do not
 * count.
 */
export function nameLikeColumn(column: string): boolean {
  const name = column
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^a-z]/g, '');
  return WHOLE.has(name) || PEOPLE.test(name) || ENDS.some((end) => name.endsWith(end));
}
