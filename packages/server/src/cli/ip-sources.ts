import { join } from 'node:path'
import type { Command } from 'commander'
import { loadFeedStates } from '../ip/feed-state.ts'
import { listSources } from '../ip/list-sources.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { addSettings, configOf } from './command-file.ts'
import { printRecords } from './print-records.ts'

/**
 * `ip sources`: lists every data set with its kind, entries, date, age, state and licence, when it was last asked for, and what went wrong. A table on a
 * terminal, JSON lines in a pipe.
 *
 * Needs no running server and no database.
 */
export function addIpSources(ip: Command): void {
  const command = ip
    .command('sources')
    .description('list the data sets about addresses: entries, date, age, state, licence, last try, problem')
    .option('--json', 'one JSON object per line, also on a terminal')
  addSettings(command, ['data-dir']).action(async (options: { json?: boolean } & Record<string, unknown>) => {
    const { dataDir } = configOf(options)
    const intelligence = await openIpIntelligence({ dataDir, clock: Date.now })
    const rows = listSources(intelligence.dataSets(), loadFeedStates(join(dataDir, 'ip')))
    printRecords(
      rows.map((row) => ({ ...row })),
      { json: options.json },
    )
  })
}
