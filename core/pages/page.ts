// The frame of a self-contained page: it loads no script, file or address.
import { type Html, html, trusted } from './html.ts';
import { PAGE_STYLE } from './style.ts';

/** Said by the page itself, so that a browser holds to it whatever is in the data. */
const POLICY = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'";

/** `mark`: the source of the page's content; it is in the first lines, so that it can be read without the rest. */
export type Page = { readonly title: string; readonly mark: string; readonly body: Html };

export function pageOf({ title, mark, body }: Page): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="goldpan" content="${mark}">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
  return page.markup;
}

/** Returns the `mark` that `pageOf` wrote into the page; undefined for any other page. */
export function markOf(firstLines: string): string | undefined {
  return /<meta name="goldpan" content="([^"]*)">/.exec(firstLines)?.[1];
}
