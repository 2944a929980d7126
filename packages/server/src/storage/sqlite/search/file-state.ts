import type { DatabaseSync } from 'node:sqlite'

/** How far the file came. */
export interface FoldedThrough {
  /** Place in the log. */
  seq: number
  /** When the instance at that place was tracked. */
  createdAt: number
  /** Number of the last change. */
  change: number
}

export interface FileState {
  read(): FoldedThrough
  write(through: Partial<FoldedThrough>): void
  /** The database that the file is made from. `undefined`: nothing is in it yet. */
  source(): string | undefined
  setSource(secret: string): void
}

export function createFileState(database: DatabaseSync): FileState {
  const select = database.prepare('SELECT value FROM file_state WHERE name = ?')
  const upsert = database.prepare('INSERT OR REPLACE INTO file_state (name, value) VALUES (?, ?)')
  const text = (name: string) => {
    const row = select.get(name)
    return row === undefined ? undefined : String(row.value)
  }
  return {
    read: () => ({ seq: Number(text('seq') ?? 0), createdAt: Number(text('createdAt') ?? 0), change: Number(text('change') ?? 0) }),
    write(through) {
      for (const [name, value] of Object.entries(through)) upsert.run(name, String(value))
    },
    source: () => text('source'),
    setSource(secret) {
      upsert.run('source', secret)
    },
  }
}
