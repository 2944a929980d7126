import type { TenantDoubts } from '../app/find-doubts.ts'
import { findLastBackup } from '../storage/last-backup.ts'

interface Note {
  level: 'ok' | 'warning'
  text: string
}

const mostShown = 10
const dayMs = 24 * 60 * 60 * 1000
const oldBackupDays = 7

/** Lines of `doctor` about what looks wrong lately: undetermined rules, and warnings that tracks were answered with. */
export function describeDoubts(doubts: readonly TenantDoubts[]): Note[] {
  return doubts.flatMap(({ tenantId, rules, warnings }) => {
    const lines = [
      ...rules.map(({ action, message }) => `action ${action}: ${message}`),
      ...warnings.map(
        ({ action, message, count, lastAt }) =>
          `action ${action}: ${message} (${count === 1 ? 'once' : `${count} times`}, last ${new Date(lastAt).toISOString()})`,
      ),
    ]
    const notes = lines.slice(0, mostShown).map((text): Note => ({ level: 'warning', text: `tenant ${tenantId}, ${text}` }))
    const more = lines.length - mostShown
    if (more > 0) notes.push({ level: 'warning', text: `tenant ${tenantId}: ${more} more; GET /v1/management/warnings lists them` })
    return notes
  })
}

/** The line of `doctor` about the last backup. */
export function describeBackup(dataDir: string, now: number): Note {
  const at = findLastBackup(dataDir)
  if (at === null) return { level: 'warning', text: 'no backup was made with `sallyport backup` from this data directory yet' }
  const days = Math.floor((now - at) / dayMs)
  const text = `the last backup is ${days === 0 ? 'less than a day' : `${days} day(s)`} old`
  return { level: days > oldBackupDays ? 'warning' : 'ok', text }
}
