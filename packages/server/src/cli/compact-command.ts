import type { Command } from 'commander'
import { addSettings, CommandError, configOf, print } from './command-file.ts'

/** `compact`: rewrites the embedded store while no server runs. */
export function addCompact(program: Command): void {
  addSettings(
    program.command('compact').description('write the embedded store anew: without the room, and the last traces, of what was erased'),
    ['data-dir', 'database-url'],
  ).action(async (options: Record<string, unknown>) => {
    const config = configOf(options)
    if (config.databaseUrl !== undefined) throw new CommandError('PostgreSQL is compacted by its own tools: VACUUM FULL, or pg_repack')
    const { compactDatabase } = await import('../storage/sqlite/compact-database.ts')
    try {
      const { before, after } = compactDatabase(config.dataDir)
      print(`Compacted the store in ${config.dataDir} from ${before} to ${after} bytes.`)
    } catch (error) {
      throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error })
    }
  })
}
