import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Feed, findFeed } from './feeds.ts'

/** One installed list, as the manifest records it. */
export interface InstalledFeed {
  name: string
  /** The file in the data directory. Its name comes from its content, so it never changes under a reader. */
  file: string
  bytes: number
  entries: number
  /** The date of the list itself, then the time it was installed here. Milliseconds UTC. */
  dataDate: number
  importedAt: number
  /** Where it came from. */
  origin: string
  /** The validators of the answer it came with, for conditional requests (RFC 9110, "Validator Fields"). */
  etag?: string | undefined
  lastModified?: string | undefined
}

/** What is installed. */
export interface Manifest {
  feeds: InstalledFeed[]
  /** Known lists that somebody removed on purpose: they are not fetched again unless somebody asks for them. */
  removed: string[]
}

/** A list on disk. */
export interface FoundFeed {
  feed: Feed
  /**
   * - `installed`: in the data directory, by `ip update` or placed there by hand under a known name.
   * - `shipped`: a public list that came with the release.
   * - `curated`: our own table of ranges, which is knowledge like that of networks rather than a list that ages.
   */
  origin: 'installed' | 'shipped' | 'curated'
  path: string
  dataDate: number
  importedAt: number | null
  /** Set when the installed file is missing or has been changed. */
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
      etag: z.string().optional(),
      lastModified: z.string().optional(),
    }),
  ),
  removed: z.array(z.string()).default([]),
})

const MANIFEST = 'manifest.json'

/**
 * Lists what is installed. An absent manifest means nothing is installed. An unreadable manifest throws an `Error`, because then the
 * installed lists are unknown, which is not the same as none.
 */
export function loadManifest(directory: string): InstalledFeed[] {
  return readManifest(directory).feeds
}

function readManifest(directory: string): Manifest {
  const path = join(directory, MANIFEST)
  if (!existsSync(path)) return { feeds: [], removed: [] }
  return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}

/** What is installed and what was removed, for an update, which replaces an unreadable manifest. */
export function findManifest(directory: string): Manifest {
  try {
    return readManifest(directory)
  } catch {
    return { feeds: [], removed: [] }
  }
}

/**
 * Installs new lists beside the others, all at once: first the files, under new names, then, by renaming, the manifest that points at them.
 * A reader sees either the old lists or the new ones. Files it may still be reading are removed by the next update.
 */
export function installFeeds(
  directory: string,
  additions: readonly { installed: InstalledFeed; text: string }[],
  removals: readonly string[] = [],
): void {
  mkdirSync(directory, { recursive: true })
  const { feeds: before, removed: removedBefore } = findManifest(directory)
  for (const { installed, text } of additions) replaceFile(join(directory, installed.file), text)
  const replaced = new Set([...additions.map(({ installed }) => installed.name), ...removals])
  const feeds = [...before.filter(({ name }) => !replaced.has(name)), ...additions.map(({ installed }) => installed)]
  feeds.sort((a, b) => (a.name < b.name ? -1 : 1))
  const removed = [...new Set([...removedBefore, ...removals])].filter((name) => !feeds.some((feed) => feed.name === name)).sort()
  replaceFile(join(directory, MANIFEST), `${JSON.stringify({ format: 1, feeds, ...(removed.length > 0 && { removed }) }, null, 2)}\n`)
  const inUse = new Set([...before, ...feeds].map(({ file }) => file))
  for (const file of readdirSync(directory)) {
    if (/^[a-z0-9-]+\.[0-9a-f]{12}\.txt$/.test(file) && !inUse.has(file)) rmSync(join(directory, file), { force: true })
  }
}

/** The file name of a list. It comes from the content, so that a new list never overwrites the one in use. */
export function fileNameOf(name: string, text: string): string {
  return `${name}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}.txt`
}

/** Whether the file of an installed list is there, with its size. */
export function isWhole(directory: string, { file, bytes }: Pick<InstalledFeed, 'file' | 'bytes'>): boolean {
  return sizeOf(join(directory, file)) === bytes
}

/** Finds every list in the directory. A file placed by hand under a known name replaces the installed list of that name. */
export function findFeeds(directory: string): FoundFeed[] {
  const found = new Map<string, FoundFeed>()
  for (const installed of loadManifest(directory)) {
    const feed = findFeed(installed.name)
    if (feed === undefined) continue
    const path = join(directory, installed.file)
    const size = sizeOf(path)
    const problem =
      size === undefined ? 'the installed file is gone' : size !== installed.bytes ? 'the installed file was changed' : undefined
    found.set(feed.name, {
      feed,
      origin: 'installed',
      path,
      dataDate: installed.dataDate,
      importedAt: installed.importedAt,
      ...(problem && { problem }),
    })
  }
  for (const file of existsSync(directory) ? readdirSync(directory).sort() : []) {
    const feed = /^[a-z0-9-]+\.(?:txt|csv)$/.test(file) ? findFeed(file.slice(0, -4)) : undefined
    if (feed === undefined) continue
    const path = join(directory, file)
    found.set(feed.name, { feed, origin: 'installed', path, dataDate: Math.floor(statSync(path).mtimeMs), importedAt: null })
  }
  return [...found.values()].sort((a, b) => (a.feed.name < b.feed.name ? -1 : 1))
}

/** A mark that changes whenever a list is installed, removed, placed by hand, damaged or lost. Cheap enough for every minute. */
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

/** Writes a file so that a reader, and whoever comes after a power cut, finds the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, text, { flush: true })
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}
