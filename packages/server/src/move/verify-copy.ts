import { createChecksums, differences, type MovedRow, type TenantChecksum } from './moved-row.ts'
import type { SourceFile } from './source-file.ts'
import type { SourceTable } from './source-table.ts'
import type { TargetDatabase } from './target-database.ts'

export interface Verified {
  /** The source's. */
  checksums: TenantChecksum[]
  /** One sentence for each table of a tenant that is not the same in the target. */
  different: string[]
}

/** Counts and adds up every row of some tables on both sides. The source stands still meanwhile: within a held snapshot. */
export async function verifyCopy(source: SourceFile, target: TargetDatabase, tables: readonly SourceTable[]): Promise<Verified> {
  const [here, there] = [createChecksums(), createChecksums()]
  for (const table of tables) {
    for (let place = '', isLast = false; !isLast; ) {
      const page = table.page(place)
      for (const row of page.rows) here.add(table.name, row)
      place = page.place
      isLast = page.isLast
      // Others have their turn: a server in the same process, for one.
      await new Promise(setImmediate)
    }
    for (const tenantId of source.tenants()) {
      for (let after: MovedRow | undefined; ; ) {
        const rows = await target.table(table.name).page(target.run, tenantId, after)
        for (const row of rows) there.add(table.name, row)
        after = rows.at(-1)
        if (after === undefined) break
      }
    }
  }
  const checksums = here.list()
  return { checksums, different: differences(checksums, there.list()) }
}
