import { escapeHtml, htmlOfLine, htmlOfPart } from './html-parts.ts'
import { foreign, inertText, type Line } from './line.ts'
import type { Part } from './part.ts'

/** What a message says, in one language. */
export interface Draft {
  subject: Line
  parts: readonly Part[]
  /** Why the reader gets it, and what to do when it is unexpected. */
  footer: Line
}

/** A message that is written out. */
export interface WrittenMail {
  /** One line. */
  subject: string
  text: string
  html: string
}

/** The paragraphs and facts of a message as one line, for a phone. */
export function writeText({ parts }: Draft): string {
  return parts
    .map((part) => (part.kind === 'facts' ? part.rows.map(([label, value]) => `${label}: ${plain(value)}`).join(', ') : asText(part)))
    .join(' ')
}

/** Writes a message out. `heading` stands over it: who writes. Nothing in it is loaded from anywhere, and nothing tells that it was opened. */
export function writeMail(language: string, heading: string, { subject, parts, footer }: Draft): WrittenMail {
  const title = plain(subject)
  const top = [foreign(heading)]
  return {
    subject: title,
    text: `${[plain(top), ...parts.map(asText), '--', plain(footer)].join('\n\n')}\n`,
    html: page(language, title, [
      `<p class="heading">${htmlOfLine(top)}</p>`,
      ...parts.map(htmlOfPart),
      `<p class="footer">${htmlOfLine(footer)}</p>`,
    ]),
  }
}

function asText(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return plain(part.line)
    case 'facts':
      return part.rows.map(([label, value]) => `${label}: ${plain(value)}`).join('\n')
    case 'link':
      return `${part.label}:\n${part.url}`
    case 'code':
      return `${part.label}: ${part.code}`
  }
}

function plain(line: Line): string {
  return line.map((piece) => (typeof piece === 'string' ? piece : inertText(piece.foreign))).join('')
}

/** In one style element, so that the portal can show a message under its own policy. Colours for both themes; a program that knows neither shows plain black on white. */
const style = `:root{color-scheme:light dark}
body{margin:0;padding:24px 16px;background:#f4f5f7;color:#1c2024;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
.sheet{max-width:560px;margin:0 auto;padding:24px;background:#fff;border:1px solid #d8dce1;border-radius:8px}
.heading{margin:0 0 16px;font-weight:600;color:#59636e}
p{margin:0 0 16px}
.facts{border-collapse:collapse;margin:0 0 16px}
td{padding:2px 16px 2px 0;vertical-align:top}
.label{color:#59636e;white-space:nowrap}
a{color:#1d5fbf}
.button{display:inline-block;padding:10px 18px;border-radius:6px;background:#1d5fbf;color:#fff;font-weight:600;text-decoration:none}
.address{font-size:13px}
.code{font:600 28px/1.2 ui-monospace,SFMono-Regular,Menlo,monospace;letter-spacing:.12em}
.footer{margin:24px 0 0;padding-top:16px;border-top:1px solid #d8dce1;font-size:13px;color:#59636e}
@media (prefers-color-scheme:dark){
body{background:#14171a;color:#e6e9ec}
.sheet{background:#1c2024;border-color:#363c43}
.heading,.label,.footer{color:#a3adb8}
.footer{border-color:#363c43}
a{color:#8ab4f8}
.button{background:#8ab4f8;color:#14171a}
}`

function page(language: string, title: string, body: readonly string[]): string {
  return [
    `<!doctype html>`,
    `<html lang="${escapeHtml(language)}">`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head>`,
    `<body><div class="sheet">`,
    ...body,
    `</div></body>`,
    `</html>`,
    '',
  ].join('\n')
}
