// Sets up everything goldpan needs in this checkout; started by `npm run setup`, and first by demo, test and CI.
// It must parse on any Node, so that an old one is told so instead of failing on syntax.
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
