import type { HistorySource, InstanceHistory } from './instance-history.ts'
import { openSqliteHistory } from './sqlite/sqlite-history.ts'

/** Opens the instances of a store for reading, on a connection of its own. */
export async function openHistory(source: HistorySource): Promise<InstanceHistory> {
  switch (source.kind) {
    case 'sqlite':
      return openSqliteHistory(source.path)
    case 'postgres':
      return (await import('./postgres/postgres-history.ts')).openPostgresHistory(source.databaseUrl)
  }
}
