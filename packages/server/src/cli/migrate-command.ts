import type { Command } from 'commander'
import { addSettings, configOf, print } from './command-file.ts'

/** `migrate`: brings the store to this release's schema without serving. `serve` does the same when it starts. */
export function addMigrate(program: Command): void {
  addSettings(program.command('migrate').description("bring the store to this release's schema"), ['data-dir', 'database-url']).action(
    async (options: Record<string, unknown>) => {
      const { openStore } = await import('../open-store.ts')
      const store = await openStore(configOf(options), Date.now)
      try {
        await store.checkReady()
        print(`The ${store.kind === 'sqlite' ? 'embedded store' : 'database'} is at this release's schema.`)
      } finally {
        await store.close()
      }
    },
  )
}
