import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

function pathIn(dataDir: string): string {
  return join(dataDir, 'last-backup')
}

/**
 * Notes the time of a backup in the data directory, where the server that uses the same one finds it. False: it could not be noted here, as on a machine that
 * only makes backups; the backup itself is as good.
 */
export function noteBackup(dataDir: string, at: number): boolean {
  try {
    writeFileSync(pathIn(dataDir), `${new Date(at).toISOString()}\n`, { mode: 0o600 })
    return true
  } catch {
    return false
  }
}

/** When the last backup was made, in milliseconds UTC. `null`: none is known here. */
export function findLastBackup(dataDir: string): number | null {
  try {
    const at = Date.parse(readFileSync(pathIn(dataDir), 'utf8').trim())
    return Number.isNaN(at) ? null : at
  } catch {
    return null
  }
}

/** Milliseconds since the last backup; `null`: none is known here. */
export function backupAge(dataDir: string, now: number): number | null {
  const at = findLastBackup(dataDir)
  return at === null ? null : Math.max(0, now - at)
}
