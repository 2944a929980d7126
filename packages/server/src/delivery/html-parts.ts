import { type Foreign, inertText, type Line } from './line.ts'
import type { Part } from './part.ts'

/** The HTML of one part of a message or page. */
export function htmlOfPart(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return `<p>${htmlOfLine(part.line)}</p>`
    case 'facts':
      return `<table role="presentation" class="facts">${part.rows
        .map(([label, value]) => `<tr><td class="label">${escapeHtml(label)}</td><td>${htmlOfLine(value)}</td></tr>`)
        .join('')}</table>`
    case 'code':
      return `<p class="code">${escapeHtml(part.code)}</p>`
    case 'link': {
      const url = escapeHtml(part.url)
      const out = 'target="_blank" rel="noopener noreferrer"'
      return `<p><a class="button" href="${url}" ${out}>${escapeHtml(part.label)}</a></p><p class="address"><a href="${url}" ${out}>${url}</a></p>`
    }
  }
}

/** A line as HTML. `<bdi>`: a name that reads from right to left turns nothing around it. */
export function htmlOfLine(line: Line): string {
  return line.map((piece) => (typeof piece === 'string' ? escapeHtml(piece) : isolated(piece))).join('')
}

function isolated(piece: Foreign): string {
  return `<bdi>${escapeHtml(inertText(piece.foreign))}</bdi>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
