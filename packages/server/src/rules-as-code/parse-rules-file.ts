import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { actionOf, type FileAction, type RulesFile, rulesFile } from './rules-file.ts'
import { RulesFileError } from './rules-file-error.ts'

export interface ParsedRulesFile {
  file: RulesFile
  action: FileAction | undefined
}

/**
 * Reads one file of rules. YAML 1.2 and JSON, which is YAML too, so that comments are allowed in both; `no` is a text there, `NO` a country.
 *
 * Refuses what is not in the format, an unknown or repeated key among it, with file and line.
 */
export function parseRulesFile(text: string, path: string): ParsedRulesFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: true, merge: false, prettyErrors: false })
  const [syntax] = document.errors
  if (syntax !== undefined) throw new RulesFileError(`${path}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message}`)
  const parsed = rulesFile.safeParse(toData(document, path))
  if (!parsed.success) throw new RulesFileError(parsed.error.issues.map((issue) => describe(issue, document, lines, path)).join('\n'))
  const action = actionOf(parsed.data)
  if (typeof action === 'string') throw new RulesFileError(`${path}: ${action}`)
  return { file: parsed.data, action }
}

function toData(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    // Aliases that multiply into more than anybody wrote.
    throw new RulesFileError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function describe(issue: z.core.$ZodIssue, document: Document.Parsed, lines: LineCounter, path: string): string {
  const place = issue.path.filter((step) => typeof step !== 'symbol')
  const line = lineOf(place, document, lines)
  const where = place.reduce<string>((text, step) => text + (typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`), '')
  return `${path}${line === undefined ? '' : `:${line}`}: ${where === '' ? '' : `${where}: `}${issue.message}`
}

/** The line of the innermost part of the path that is there. */
function lineOf(place: (string | number)[], document: Document.Parsed, lines: LineCounter): number | undefined {
  for (let length = place.length; length >= 0; length--) {
    const node = document.getIn(place.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}
