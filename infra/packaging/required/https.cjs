// As http.cjs.
module.exports = require('https');
