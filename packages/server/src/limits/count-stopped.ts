import type { VerificationMethod } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import type { Limit } from '../tries/limit-settings.ts'

/** What limits would have done to users who answered rightly in the end. */
export interface Stopped {
  /** Right answers; or messages that were answered rightly. */
  right: number
  /** Those of them that the limits would not have let through. */
  stopped: number
  /** Of how many users. */
  usersStopped: number
  /** False: there is more on record than was read, and the figures are of the newest part. */
  isComplete: boolean
}

/** Entries that are read at most. */
const mostRead = 100_000
const pageSize = 5_000

/** Right answers since `from` that would have come after too many wrong ones, from the audit log. */
export async function countStoppedAnswers(
  db: Db,
  tenantId: string,
  method: VerificationMethod,
  limit: Limit,
  from: number,
): Promise<Stopped> {
  const entries = await readNewest(async (before: Place | undefined) => {
    const rows = await db
      .selectFrom('audit_log')
      .select(['at', 'audit_id as id', 'user_id', 'event', 'details'])
      .where('tenant_id', '=', tenantId)
      .where('event', 'in', ['challenge.refused', 'challenge.passed'])
      .where('at', '>=', from)
      .$if(before !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'audit_id'), '<', tuple(before?.at ?? 0, before?.id ?? ''))),
      )
      .orderBy('at', 'desc')
      .orderBy('audit_id', 'desc')
      .limit(pageSize)
      .execute()
    return rows.map((row) => ({ ...row, at: Number(row.at) }))
  })
  const tally = createTally([limit])
  for (const { at, user_id, event, details } of entries.found) {
    if (user_id === null || (JSON.parse(details) as { verificationMethod?: string }).verificationMethod !== method) continue
    if (event === 'challenge.passed') tally.passes(user_id, at)
    else tally.takes(user_id, at)
  }
  return { ...tally.result(), isComplete: entries.isComplete }
}

/** Messages since `from` that were answered rightly and would not have been sent. */
export async function countStoppedSends(
  db: Db,
  tenantId: string,
  method: VerificationMethod,
  limits: readonly Limit[],
  from: number,
): Promise<Stopped> {
  const sends = await readNewest(async (before: Place | undefined) => {
    const rows = await db
      .selectFrom('sends')
      .select(['sent_at as at', 'send_id as id', 'user_id', 'completed_at'])
      .where('tenant_id', '=', tenantId)
      .where('verification_method', '=', method)
      .where('sent_at', '>=', from)
      .$if(before !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) => eb(refTuple('sent_at', 'send_id'), '<', tuple(before?.at ?? 0, before?.id ?? ''))),
      )
      .orderBy('sent_at', 'desc')
      .orderBy('send_id', 'desc')
      .limit(pageSize)
      .execute()
    return rows.map((row) => ({ ...row, at: Number(row.at) }))
  })
  const tally = createTally(limits)
  for (const { at, user_id, completed_at } of sends.found) {
    if (completed_at !== null) tally.passes(user_id, at)
    tally.takes(user_id, at)
  }
  return { ...tally.result(), isComplete: sends.isComplete }
}

/** Where a page ends. */
interface Place {
  at: number
  id: string
}

/** Pages from the newest back; the result is oldest first. */
async function readNewest<Row extends Place>(
  readPage: (before: Place | undefined) => Promise<Row[]>,
): Promise<{ found: Row[]; isComplete: boolean }> {
  const found: Row[] = []
  for (;;) {
    const page = await readPage(found.at(-1))
    found.push(...page)
    if (page.length < pageSize) return { found: found.reverse(), isComplete: true }
    if (found.length >= mostRead) return { found: found.reverse(), isComplete: false }
  }
}

interface UserWindow {
  taken: number
  endsAt: number
}

/** Plays windows of each user again. */
function createTally(limits: readonly Limit[]) {
  const users = new Map<string, UserWindow[]>()
  const usersStopped = new Set<string>()
  let [right, stopped] = [0, 0]
  const windowsOf = (userId: string, at: number) => {
    let windows = users.get(userId)
    if (windows === undefined) {
      windows = limits.map(() => ({ taken: 0, endsAt: 0 }))
      users.set(userId, windows)
    }
    for (const [index, window] of windows.entries()) {
      if (at < window.endsAt) continue
      window.taken = 0
      window.endsAt = at + (limits[index]?.windowMs ?? 0)
    }
    return windows
  }
  const isFull = ({ taken }: UserWindow, index: number) => taken >= (limits[index]?.limit ?? 0)
  return {
    takes(userId: string, at: number): void {
      const windows = windowsOf(userId, at)
      if (!windows.some(isFull)) for (const window of windows) window.taken += 1
    },
    passes(userId: string, at: number): void {
      right += 1
      if (!windowsOf(userId, at).some(isFull)) return
      stopped += 1
      usersStopped.add(userId)
    },
    result: () => ({ right, stopped, usersStopped: usersStopped.size }),
  }
}
