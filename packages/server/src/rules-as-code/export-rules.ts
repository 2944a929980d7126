import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { variablesOf } from '@sallyport/engine'
import { aliasOf } from '../value-lists/alias-of.ts'
import { parseRulesFile } from './parse-rules-file.ts'
import type { RulesFiles } from './read-rules-files.ts'
import type { FileAction, FileList } from './rules-file.ts'
import { RulesFileError } from './rules-file-error.ts'
import { type FileContent, type RulesFormat, writeRulesFile } from './write-rules-file.ts'

/** Name of the file with the data points, lists and features. The file of an action with this code gets an underscore at its end. */
const sharedName = 'shared'

/** One action with everything its rules refer to, as one complete file. */
export function exportAction(rules: RulesFiles, action: FileAction, format: RulesFormat): string {
  const names = new Set(action.policy.rules.flatMap(({ conditions }) => (conditions == null ? [] : variablesOf(conditions))))
  const features = [...rules.features.values()].filter(({ name }) => names.has(`velocity.${name}`))
  for (const { of, per } of features) for (const name of [of, per]) if (name !== undefined) names.add(name)
  const required = new Set(action.settings?.requiredDataPoints ?? [])
  const tracked = new Set(
    (action.tests ?? []).flatMap(({ event }) => [...Object.keys(event.custom ?? {}), ...Object.keys(event.user?.custom ?? {})]),
  )
  const content: FileContent = {
    action,
    dataPoints: [...rules.dataPoints.values()].filter(
      ({ name }) => names.has(`custom.${name}`) || names.has(`user.custom.${name}`) || required.has(name) || tracked.has(name),
    ),
    lists: [...rules.lists].filter(([alias]) => names.has(`lists.${alias}`)).map(([, list]) => withoutImpliedAlias(list)),
    features,
  }
  return writeRulesFile(content, format)
}

/** Writes a folder with one file for each action and one for what they share. A file that already has the same content is left alone, with its comments. */
export function exportFolder(rules: RulesFiles, folder: string, format: RulesFormat): { path: string; isChanged: boolean }[] {
  mkdirSync(folder, { recursive: true })
  const shared: FileContent = {
    dataPoints: [...rules.dataPoints.values()],
    lists: [...rules.lists.values()].map(withoutImpliedAlias),
    features: [...rules.features.values()],
  }
  const isEmpty = Object.values(shared).every((part) => part.length === 0)
  const files = rules.actions.map((action): [string, FileContent] => [
    action.actionCode === sharedName ? `${sharedName}_` : action.actionCode,
    { action },
  ])
  if (!isEmpty) files.push([sharedName, shared])
  return files.map(([name, content]) => {
    const path = join(folder, `${name}.${format}`)
    const text = writeRulesFile(content, format)
    const isChanged = !existsSync(path) || !hasSameContent(readFileSync(path, 'utf8'), text, path)
    if (isChanged) writeFileSync(path, text)
    return { path, isChanged }
  })
}

function hasSameContent(before: string, after: string, path: string): boolean {
  try {
    return isDeepStrictEqual(parseRulesFile(before, path), parseRulesFile(after, path))
  } catch (error) {
    if (error instanceof RulesFileError) return false
    throw error
  }
}

function withoutImpliedAlias({ name, alias, ...list }: FileList): FileList {
  return alias === undefined || aliasOf(name) === alias ? { name, ...list } : { name, alias, ...list }
}
