import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Feed, findFeed } from './feeds.ts'

/** One list as it was installed. */
export interface InstalledFeed {
  name: string
  /** The file in the data directory; named by content, so it never changes under a reader. */
  file: string
  bytes: number
  entries: number
  /** Milliseconds UTC of the list itself, and of the day it was installed here. */
  dataDate: number
  importedAt: number
  /** Where it came from. */
  origin: string
}

/** A list that lies in the directory: installed by `ip update`, or put there by hand under a known name. */
export interface FoundFeed {
  feed: Feed
  path: string
  dataDate: number
  importedAt: number | null
  /** What was installed is gone or is not what it was. */
  problem?: string
}

const manifestSchema = z.object({
  format: z.literal(1),
  feeds: z.array(
    z.object({
      name: z.string(),
      file: z.string().regex(/^[a-z0-9.-]+$/),
      bytes: z.number(),
      entries: z.number(),
      dataDate: z.number(),
      importedAt: z.number(),
      origin: z.string(),
    }),
  ),
})

const MANIFEST = 'manifest.json'

/**
 * What is installed. An absent manifest means nothing is; one that cannot be read throws an `Error`: what should be there is then unknown,
 * which is not the same as nothing.
 */
export function loadManifest(directory: string): InstalledFeed[] {
  const path = join(directory, MANIFEST)
  if (!existsSync(path)) return []
  return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).feeds
}

/** The same for an update, which replaces a manifest that cannot be read. */
export function findManifest(directory: string): InstalledFeed[] {
  try {
    return loadManifest(directory)
  } catch {
    return []
  }
}

/**
 * Installs new lists beside the others, all at once: the files first, under names of their own, then the manifest that points at them, by
 * renaming. A reader sees the old lists or the new ones; the files it may still be reading go with the next update only.
 */
export function installFeeds(
  directory: string,
  additions: readonly { installed: InstalledFeed; text: string }[],
  removals: readonly string[] = [],
): void {
  mkdirSync(directory, { recursive: true })
  const before = findManifest(directory)
  for (const { installed, text } of additions) replaceFile(join(directory, installed.file), text)
  const replaced = new Set([...additions.map(({ installed }) => installed.name), ...removals])
  const feeds = [...before.filter(({ name }) => !replaced.has(name)), ...additions.map(({ installed }) => installed)]
  feeds.sort((a, b) => (a.name < b.name ? -1 : 1))
  replaceFile(join(directory, MANIFEST), `${JSON.stringify({ format: 1, feeds }, null, 2)}\n`)
  const inUse = new Set([...before, ...feeds].map(({ file }) => file))
  for (const file of readdirSync(directory)) {
    if (/^[a-z0-9-]+\.[0-9a-f]{12}\.txt$/.test(file) && !inUse.has(file)) rmSync(join(directory, file), { force: true })
  }
}

/** The name of a list's file: by content, so that a new list never overwrites the one in use. */
export function fileNameOf(name: string, text: string): string {
  return `${name}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}.txt`
}

/** Every list in the directory. A file put there by hand under a known name stands before the installed one of that name. */
export function findFeeds(directory: string): FoundFeed[] {
  const found = new Map<string, FoundFeed>()
  for (const installed of loadManifest(directory)) {
    const feed = findFeed(installed.name)
    if (feed === undefined) continue
    const path = join(directory, installed.file)
    const size = sizeOf(path)
    const problem =
      size === undefined ? 'the installed file is gone' : size !== installed.bytes ? 'the installed file was changed' : undefined
    found.set(feed.name, { feed, path, dataDate: installed.dataDate, importedAt: installed.importedAt, ...(problem && { problem }) })
  }
  for (const file of existsSync(directory) ? readdirSync(directory).sort() : []) {
    const feed = /^[a-z0-9-]+\.(?:txt|csv)$/.test(file) ? findFeed(file.slice(0, -4)) : undefined
    if (feed === undefined) continue
    const path = join(directory, file)
    found.set(feed.name, { feed, path, dataDate: Math.floor(statSync(path).mtimeMs), importedAt: null })
  }
  return [...found.values()].sort((a, b) => (a.feed.name < b.feed.name ? -1 : 1))
}

/** Changes whenever a list is installed, removed, put in by hand, damaged or lost. Cheap enough to ask every minute. */
export function fingerprintOf(directory: string): string {
  const hash = createHash('sha256')
  if (existsSync(directory)) {
    for (const file of readdirSync(directory).sort()) {
      if (!/^[a-z0-9.-]+\.(?:txt|csv|json|mmdb)$/.test(file)) continue
      const stat = statSync(join(directory, file), { throwIfNoEntry: false })
      hash.update(`${file}\0${stat?.size}\0${stat?.mtimeMs}\0`)
    }
  }
  return hash.digest('hex').slice(0, 16)
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}
