import { recordStoreEvent, type StoreEvent } from '../audit/record-store-event.ts'
import type { Config } from '../config.ts'
import { askControl, controlPath } from '../control/control-socket.ts'
import { migrations } from '../storage/migrations/migrations.ts'
import { openStore } from '../storage/open-store.ts'
import { readSchemaVersion } from '../storage/read-schema-version.ts'
import { DataDirectoryInUseError } from '../storage/sqlite/data-directory.ts'
import { print } from './command-file.ts'

/**
 * Puts on the audit log what a command has done to the whole store, or says why it cannot: the work is done, and stays done. A store with the schema of
 * another release is left alone, because opening it would migrate it.
 */
export async function putOnRecord(config: Config, event: StoreEvent): Promise<void> {
  try {
    const version = await readSchemaVersion(config)
    if (version !== migrations.length)
      return print(`This is not on the audit log: the store has the schema of another release (${version}).`)
    await record(config, event)
  } catch (error) {
    print(`This is not on the audit log: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function record(config: Config, event: StoreEvent): Promise<void> {
  try {
    const store = await openStore(config, Date.now)
    try {
      await recordStoreEvent(store, Date.now(), event)
    } finally {
      await store.close()
    }
  } catch (error) {
    const path = controlPath(config.dataDir)
    if (!(error instanceof DataDirectoryInUseError) || path === undefined) throw error
    await askControl(path, 'recordStoreEvent', event, error)
  }
}
