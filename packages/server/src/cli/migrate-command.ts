import { type Command, InvalidArgumentError } from 'commander'
import { ConfigError } from '../config.ts'
import type { MoveFlags } from '../move/run-move.ts'
import { addSettings, configOf, print } from './command-file.ts'
import { durationOption, parseDuration } from './parse-duration.ts'

interface MigrateFlags extends MoveFlags {
  from?: string
}

const moving = `
Moving to PostgreSQL, while the server runs:

  sallyport migrate --from sqlite:./data --to postgres://sallyport:secret@db.example/sallyport

Copies everything, holds writes for the last moments of it (they are answered 503 with Retry-After), compares counts and checksums of both sides, and
marks the embedded store as moved. Run again, it goes on where it stopped. What to do then is printed; all of it is in docs/operations.md.`

/** `migrate`: brings the store to this release's schema without serving, as `serve` does when it starts; or moves an embedded store to PostgreSQL. */
export function addMigrate(program: Command): void {
  addSettings(program.command('migrate').description("bring the store to this release's schema, or move it to PostgreSQL"), [
    'data-dir',
    'database-url',
    'master-key',
  ])
    .option('--from <store>', 'embedded store to move, such as sqlite:./data')
    .option('--to <url>', 'URL of the PostgreSQL database to move it to')
    .option('--tenant <id>', 'move only this tenant')
    .addOption(durationOption('--hold-limit <duration>', 'longest time to hold writes', '30s', parseHoldLimit))
    .option('--abandon', 'abandon a move: restores the --from store as if the move had never started, and removes its copy from --to')
    .addHelpText('after', moving)
    .action(async (options: MigrateFlags & Record<string, unknown>) => {
      const config = configOf(options)
      if (options.from !== undefined) {
        const { runMove } = await import('../move/run-move.ts')
        return runMove(config, options.from, options, print)
      }
      const given = [options.to && '--to', options.tenant && '--tenant', options.abandon && '--abandon'].filter(Boolean)
      if (given.length > 0) throw new ConfigError([`${given.join(', ')}: use --from to name the store to move, such as sqlite:./data`])
      const { openStore } = await import('../storage/open-store.ts')
      const store = await openStore(config, Date.now)
      try {
        await store.checkReady()
        print(`The ${store.kind === 'sqlite' ? 'embedded store' : 'database'} is at this release's schema.`)
      } finally {
        await store.close()
      }
    })
}

function parseHoldLimit(text: string): number {
  const ms = parseDuration(text)
  if (ms < 1000 || ms > 3_600_000) throw new InvalidArgumentError('the limit must be between 1s and 60m')
  return ms
}
