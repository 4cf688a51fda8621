'use strict';
// Strict by name: esbuild adds it only where it finds the tsconfig.json of the checkout.
// Stands for node:http in bundles: an import of it as an ES module would read all of its exports, among them WebSocket, for which
// Node loads a whole HTTP client: 35 ms of CPU time of every cold start. A required module is read where it is used.
module.exports = require('http');
