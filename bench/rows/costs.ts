import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { costOfIpRanges } from '../costs/ip-ranges.ts'
import { costOfListEntries } from '../costs/list-entries.ts'
import { costOfRulesAndFeatures } from '../costs/rules.ts'
import { costOfUsers } from '../costs/users.ts'
import type { BenchOptions, Measured } from '../row.ts'

/** One table for each thing that a tenant can have many of. `growth` covers the length of the history. */
export async function costs(options: BenchOptions): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
  try {
    return {
      rows: [],
      sections: [
        ...(await costOfRulesAndFeatures(options)),
        await costOfListEntries(options),
        await costOfIpRanges(folder, options),
        await costOfUsers(folder, options),
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
