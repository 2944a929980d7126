import type { DatabaseSync } from 'node:sqlite'

/**
 * Rows in all, then rows that agree in the first column of the index, in the first two, and so on (SQLite, "The sqlite_stat1 table"). The index of a table
 * without row ids has the name of the table.
 */
const statistics: readonly (readonly [table: string, index: string, stat: string])[] = [
  ['authenticators', 'authenticators', '1000000 500000 1'],
  ['authenticators', 'authenticators_by_user', '1000000 500000 2'],
  ['authenticators', 'authenticators_by_credential', '1000000 500000 1'],
  ['challenges', 'challenges', '1000000 500000 1'],
  ['challenges', 'challenges_by_user', '1000000 500000 4'],
  ['challenges', 'challenges_by_expiry', '1000000 1'],
]

/**
 * Tells the planner what these tables look like when they are large. Without being told, it takes it that ten rows have the same tenant, and reads all of a
 * tenant's authenticators or challenges to find those of one user.
 */
export function writePlanStatistics(database: DatabaseSync): void {
  if (areWritten(database)) return
  // Creates the table of the statistics, which no other statement can.
  database.exec('ANALYZE authenticators')
  const remove = database.prepare('DELETE FROM sqlite_stat1 WHERE tbl = ?')
  for (const [table] of statistics) remove.run(table)
  const insert = database.prepare('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)')
  for (const row of statistics) insert.run(...row)
  database.exec('ANALYZE sqlite_schema')
}

function areWritten(database: DatabaseSync): boolean {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").get() === undefined) return false
  const find = database.prepare('SELECT 1 FROM sqlite_stat1 WHERE tbl = ? AND idx = ? AND stat = ?')
  return statistics.every((row) => find.get(...row) !== undefined)
}
