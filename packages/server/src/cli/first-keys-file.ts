import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BootstrapConfig } from '../config.ts'
import type { CreatedTenant } from '../tenants/create-tenant.ts'

export interface FirstKeysFile {
  path: string
  /** The tenant exists: the file gets its name. */
  keep(): void
  remove(): void
}

/**
 * Writes the keys that a first start generated to a file that only its owner can read (mode 600), before the tenant is created: whatever fails later, they
 * are not lost. `undefined`: every key was configured, so there is none to keep.
 */
export function writeFirstKeys(dataDir: string, created: CreatedTenant, configured: BootstrapConfig): FirstKeysFile | undefined {
  const keys = {
    ...(configured.secretKey === undefined && { secretKey: created.secretKey }),
    ...(configured.managementKey === undefined && { managementKey: created.managementKey }),
  }
  if (Object.keys(keys).length === 0) return undefined
  const path = join(dataDir, `first-keys-${created.tenantId}.json`)
  // Two processes may make the same first start: each has a file of its own until it knows that it was first.
  const draft = `${path}.${process.pid}`
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(draft, `${JSON.stringify({ tenantId: created.tenantId, ...keys }, null, 2)}\n`, { mode: 0o600, flush: true })
  return {
    path,
    keep: () => renameSync(draft, path),
    remove() {
      for (const file of [draft, path]) rmSync(file, { force: true })
    },
  }
}
