import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml'
import { isExactNumber } from '../http/is-exact-number.ts'
import { issuesOf, words } from '../schema-words.ts'
import { actionOf, type FileAction, type RulesFile, rulesFile } from './rules-file.ts'
import { RulesFileError } from './rules-file-error.ts'

export interface ParsedRulesFile {
  file: RulesFile
  action: FileAction | undefined
}

/**
 * Reads one file of rules, in YAML 1.2 or JSON. JSON is YAML too, so both may have comments; `no` is a text and `NO` a country.
 *
 * Refuses with file and line whatever is not in the format, such as an unknown or a repeated key, and numbers that a double cannot hold.
 */
export function parseRulesFile(text: string, path: string): ParsedRulesFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: true, merge: false, prettyErrors: false })
  const [syntax] = document.errors
  if (syntax !== undefined) throw new RulesFileError(`${path}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message}`)
  refuseInexactNumbers(document, lines, path)
  const parsed = rulesFile.safeParse(toData(document, path), { error: words })
  if (!parsed.success)
    throw new RulesFileError(
      issuesOf(parsed.error)
        .map((issue) => describe(issue, document, lines, path))
        .join('\n'),
    )
  const action = actionOf(parsed.data)
  if (typeof action === 'string') throw new RulesFileError(`${path}: ${action}`)
  return { file: parsed.data, action }
}

function refuseInexactNumbers(document: Document.Parsed, lines: LineCounter, path: string): void {
  visit(document, {
    Scalar(_key, { value, source, range }) {
      if (typeof value !== 'number' || source === undefined || !isInexact(source)) return
      const line = range ? `:${lines.linePos(range[0]).line}` : ''
      throw new RulesFileError(
        `${path}${line}: ${source.slice(0, 64)} is a number that a double cannot hold exactly; write it as text, in quotes`,
      )
    },
  })
}

/** YAML also has `+1`, `.5`, `5.`, hexadecimal and octal numbers, and numbers that are none. */
function isInexact(source: string): boolean {
  if (/^0[xo]/.test(source)) return BigInt(source) > BigInt(Number.MAX_SAFE_INTEGER)
  return !/^[-+]?\.(inf|nan)$/i.test(source) && !isExactNumber(source.replace(/^\+/, ''))
}

function toData(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    // YAML aliases that expand into far more than was written.
    throw new RulesFileError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function describe(issue: ReturnType<typeof issuesOf>[number], document: Document.Parsed, lines: LineCounter, path: string): string {
  const place = issue.path.filter((step) => typeof step !== 'symbol')
  const line = lineOf(place, document, lines)
  const where = place.reduce<string>((text, step) => text + (typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`), '')
  return `${path}${line === undefined ? '' : `:${line}`}: ${where === '' ? '' : `${where}: `}${issue.message}`
}

/** The line of the innermost part of the path that exists. */
function lineOf(place: (string | number)[], document: Document.Parsed, lines: LineCounter): number | undefined {
  for (let length = place.length; length >= 0; length--) {
    const node = document.getIn(place.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}
