'use strict';
// As http.cjs.
module.exports = require('https');
