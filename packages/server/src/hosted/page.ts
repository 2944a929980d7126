import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { escapeHtml, htmlOfLine, htmlOfPart } from '../delivery/html-parts.ts'
import { foreign, type Line } from '../delivery/line.ts'
import type { Part } from '../delivery/part.ts'

/** What a page can hold beside the parts of a message. */
export type PagePart =
  | Part
  /** A button that sends the token back. */
  | { kind: 'button'; label: string; action: string; token: string; isGrave?: boolean }
  /** Said in a small way. */
  | { kind: 'remark'; line: Line }

/** One page for a user, whom a message led here. */
export interface Page {
  language: string
  /** Whose user it is. Absent where the link does not say. */
  tenantName?: string | undefined
  title: string
  parts: readonly PagePart[]
}

const style = `:root{color-scheme:light dark;--page:#f4f5f7;--sheet:#fff;--text:#1c2024;--quiet:#59636e;--line:#d8dce1;--key:#1d5fbf;--grave:#b3261e;--on-key:#fff}
@media (prefers-color-scheme:dark){:root{--page:#14171a;--sheet:#1c2024;--text:#e6e9ec;--quiet:#a3adb8;--line:#363c43;--key:#8ab4f8;--grave:#f2b8b5;--on-key:#14171a}}
*{box-sizing:border-box}
body{margin:0;padding:24px 16px;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:480px;margin:0 auto;padding:24px;background:var(--sheet);border:1px solid var(--line);border-radius:8px}
.heading{margin:0 0 8px;font-weight:600;color:var(--quiet)}
h1{margin:0 0 16px;font-size:clamp(20px,6vw,24px);line-height:1.25;hyphens:auto}
p,table,form{margin:0 0 16px}
table{border-collapse:collapse}
td{padding:2px 16px 2px 0;vertical-align:top}
.label,.remark{color:var(--quiet)}
.remark{font-size:14px}
main>:last-child{margin-bottom:0}
button{width:100%;min-height:48px;padding:10px 18px;border:0;border-radius:6px;background:var(--key);color:var(--on-key);font:inherit;font-weight:600;cursor:pointer}
button.grave{background:var(--grave)}
button:focus-visible{outline:3px solid var(--key);outline-offset:2px}
.code{font:600 32px/1.25 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.15em;text-align:center;user-select:all}
@media (max-width:479px){.facts,.facts tbody,.facts tr,.facts td{display:block}.facts tr{margin-bottom:8px}.facts td{padding:0}.label{font-size:14px}}
@media (min-width:600px){body{padding-top:10vh}}`

/** Nothing but our own style, no script, in no frame, and a form that only we receive. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** Sends a page. Nothing keeps it: it holds what only its reader may see. */
export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send(htmlOfPage(page))
}

function htmlOfPage({ language, tenantName, title, parts }: Page): string {
  return [
    '<!doctype html>',
    `<html lang="${escapeHtml(language)}">`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head>`,
    '<body><main>',
    ...(tenantName === undefined ? [] : [`<p class="heading">${htmlOfLine([foreign(tenantName)])}</p>`]),
    `<h1>${escapeHtml(title)}</h1>`,
    ...parts.map(toHtml),
    '</main></body>',
    '</html>',
    '',
  ].join('\n')
}

function toHtml(part: PagePart): string {
  switch (part.kind) {
    case 'button':
      return `<form method="post" action="${escapeHtml(part.action)}"><input type="hidden" name="token" value="${escapeHtml(part.token)}"><button${part.isGrave ? ' class="grave"' : ''}>${escapeHtml(part.label)}</button></form>`
    case 'remark':
      return `<p class="remark">${htmlOfLine(part.line)}</p>`
    default:
      return htmlOfPart(part)
  }
}
