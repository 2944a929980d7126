import { existsSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { databasePathIn } from '../../src/storage/sqlite/data-directory.ts'
import { searchPathOf } from '../../src/storage/sqlite/search/search-file.ts'
import type { Store } from '../../src/storage/store.ts'

/**
 * Test support: where in a store one of some texts is, looked for in all that it keeps: the bytes of its files, or every row of every table of PostgreSQL.
 * The embedded store may be closed by then, and has written its log into its file if so.
 */
export async function findTraces({ kind, db }: Pick<Store, 'kind' | 'db'>, dataDir: string, texts: readonly string[]): Promise<string[]> {
  const found = (where: string, content: string) => texts.filter((text) => content.includes(text)).map((text) => `${text} in ${where}`)
  if (kind === 'sqlite') {
    const path = databasePathIn(dataDir)
    const searched = searchPathOf(path)
    return [path, `${path}-wal`, searched, `${searched}-wal`]
      .filter(existsSync)
      .flatMap((file) => found(file, readFileSync(file, 'latin1')))
  }
  const tables = await sql<{
    name: string
  }>`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`.execute(db)
  const all: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: string }>`SELECT t::text AS row FROM ${sql.table(name)} AS t`.execute(db)
    for (const { row } of rows) all.push(...found(name, row))
  }
  return all
}
