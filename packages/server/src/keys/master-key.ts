import { randomBytes } from 'node:crypto'
import { constants, copyFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The key that encrypts secrets at rest: the configured one, or `master.key` in the data directory, created at the first start and readable only by
 * its owner (mode 600). Refuses a file that others can read. Without this key the stored API keys are lost: keep a backup of it elsewhere.
 */
export function loadMasterKey(config: { masterKey?: Uint8Array; dataDir: string }): Uint8Array {
  if (config.masterKey !== undefined) return config.masterKey
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const path = masterKeyPath(config.dataDir)
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if (!isExisting(error)) throw error
  }
  return readKeyFile(path)
}

export function masterKeyPath(dataDir: string): string {
  return join(dataDir, 'master.key')
}

/** The new key of a rotation: made once, and kept beside the old one until it takes its place, so that a rotation that was cut off goes on with it. */
export function loadNextMasterKey(dataDir: string): Uint8Array {
  const path = `${masterKeyPath(dataDir)}.next`
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if (!isExisting(error)) throw error
  }
  return readKeyFile(path)
}

/** Puts the new key in the place of the old one, which is kept for backups from before. Returns the path of the old one. */
export function promoteNextMasterKey(dataDir: string): string {
  const path = masterKeyPath(dataDir)
  const kept = `${path}.before-${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`
  copyFileSync(path, kept, constants.COPYFILE_EXCL)
  renameSync(`${path}.next`, path)
  return kept
}

function readKeyFile(path: string): Uint8Array {
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
