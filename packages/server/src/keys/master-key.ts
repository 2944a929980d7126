import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The key that encrypts secrets at rest: the configured one, or `master.key` in the data directory, created at the first start and readable only by
 * its owner (mode 600). Refuses a file that others can read. Without this key the stored API keys are lost: keep a backup of it elsewhere.
 */
export function loadMasterKey(config: { masterKey?: Uint8Array; dataDir: string }): Uint8Array {
  if (config.masterKey !== undefined) return config.masterKey
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const path = join(config.dataDir, 'master.key')
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if (!isExisting(error)) throw error
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others: run \`chmod 600\` on it`)
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (key.length !== 32) throw new Error(`${path} does not hold 32 bytes in base64`)
  return key
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
