'use strict';
// Stands for the sources of credentials that no function has: Lambda puts credentials into the environment, where the SDK looks first. The
// clients of the others would be a tenth of each bundle, parsed at every cold start. `tryNextLink`: the SDK then asks the next source.
const skipped = () => async () => {
  throw Object.assign(new Error('Functions find their credentials in the environment.'), { tryNextLink: true });
};
module.exports = { fromIni: skipped, fromProcess: skipped, fromSSO: skipped, fromTokenFile: skipped };
