import { isUtf8 } from 'node:buffer'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { aliasOf } from '../value-lists/alias-of.ts'
import { parseRulesFile } from './parse-rules-file.ts'
import type { FileAction, FileDataPoint, FileFeature, FileList } from './rules-file.ts'
import { RulesFileError } from './rules-file-error.ts'

/** The contents of several files together. */
export interface RulesFiles {
  actions: FileAction[]
  /** By name. */
  dataPoints: Map<string, FileDataPoint>
  /** By alias. */
  lists: Map<string, FileList>
  /** By name. */
  features: Map<string, FileFeature>
}

/**
 * Reads files, and the `.yaml`, `.yml` and `.json` files in folders. Refuses files that contradict each other: an action in two files, or a list, data point
 * or feature with two definitions.
 */
export function readRulesFiles(paths: readonly string[]): RulesFiles {
  const files: RulesFiles = { actions: [], dataPoints: new Map(), lists: new Map(), features: new Map() }
  const foundIn = new Map<string, string>()
  for (const path of paths.flatMap(filesOf)) {
    const { file, action } = parseRulesFile(readText(path), path)
    if (action !== undefined) {
      const other = foundIn.get(action.actionCode)
      if (other !== undefined) throw new RulesFileError(`${path}: the action \`${action.actionCode}\` is also in ${other}`)
      foundIn.set(action.actionCode, path)
      files.actions.push(action)
    }
    for (const dataPoint of file.dataPoints ?? []) addOnce(files.dataPoints, dataPoint.name, dataPoint, `${path}: the data point`)
    for (const list of file.lists ?? []) addOnce(files.lists, list.alias ?? aliasOf(list.name), list, `${path}: the list`)
    for (const feature of file.features ?? []) addOnce(files.features, feature.name, feature, `${path}: the feature`)
  }
  return files
}

function readText(path: string): string {
  const bytes = readFileSync(path)
  if (!isUtf8(bytes)) throw new RulesFileError(`${path}: the file is not UTF-8`)
  return bytes.toString('utf8')
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  const names = readdirSync(path).filter((name) => /\.(ya?ml|json)$/.test(name) && !name.startsWith('.'))
  if (names.length === 0) throw new RulesFileError(`${path}: the folder contains no .yaml, .yml or .json file`)
  return names.sort().map((name) => join(path, name))
}

function addOnce<T>(all: Map<string, T>, name: string, one: T, what: string): void {
  const other = all.get(name)
  if (other !== undefined && !isDeepStrictEqual(other, one))
    throw new RulesFileError(`${what} \`${name}\` is defined differently in another file`)
  all.set(name, one)
}
