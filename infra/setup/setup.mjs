// Sets up everything that goldpan needs in this checkout. `npm run setup` starts it, and demo, test and CI run it first.
// Any Node must be able to parse this file, so that an old one gets a message instead of a syntax error.
const required = 20;
const found = Number.parseInt(process.versions.node, 10);

if (found < required) {
  console.error(
    `goldpan needs Node ${required} or newer to set itself up; this is Node ${process.versions.node}. ` +
      'Install a newer one (your package manager, nvm or fnm) and run the command again.',
  );
  process.exitCode = 1;
} else {
  import('./main.mjs').then(({ main }) => main(process.argv.slice(2)));
}
