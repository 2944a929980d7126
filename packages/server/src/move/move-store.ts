import type { Run } from '../storage/postgres/connections.ts'
import { execute } from '../storage/postgres/migrate-postgres.ts'
import { type Copying, copyStep } from './copy-step.ts'
import type { BegunMove, Departure } from './departure.ts'
import { HoldEndedError, MoveError } from './move-error.ts'
import type { MovedRow, TenantChecksum } from './moved-row.ts'
import { stepOfTenant } from './remove-copy.ts'
import type { SourceFile } from './source-file.ts'
import type { TargetDatabase } from './target-database.ts'
import { findTenantWithRows, type TargetTable } from './target-table.ts'
import { verifyCopy } from './verify-copy.ts'

export interface MoveOptions {
  source: SourceFile
  target: TargetDatabase
  /** In the process that has the source. */
  departure: Pick<Departure, 'flush' | 'hold' | 'release' | 'finish'>
  begun: BegunMove
  clock: () => number
  /** Writes are held for so long at most. */
  holdLimitMs: number
  /** Shows the progress, one line at a time. */
  report(line: string): void
  /** After each step, before the next. */
  onStep?(): void | Promise<void>
}

export interface Moved {
  /** The source's, at the moment at which everything was compared. Empty: it was done before. */
  checksums: TenantChecksum[]
  /** For how long writes were held. `null`: the source had given everything away before. */
  heldMs: number | null
}

/** Length of a hold, each time it is prolonged. A source waits this long for a mover that was killed. */
const HOLD_STEP_MS = 5000
const PROLONG_EVERY_MS = 1000
/** Writes are held when what was still to be copied took less than this. */
const SOON_MS = 500
const MAX_ROUNDS = 20
const MAX_HOLDS = 3
const REPORT_EVERY_MS = 3000

/**
 * Moves a store, or goes on where it stopped: copies while the source is in use, compares everything, holds the source's writes while the rest is copied
 * and compared, marks the source as moved, and only then lets the target have its tenants.
 *
 * INVARIANT: at no moment do both sides accept writes of a tenant: the target knows the tenant after the source has given it away.
 */
export async function moveStore(options: MoveOptions): Promise<Moved> {
  const { source, target, begun, report } = options
  if (begun.isDone && (await isActive(target, source.tenants()))) return { checksums: [], heldMs: null }
  await prepare(options)
  const copying: Copying = { moveId: begun.id, source, target, progress: await target.loadProgress(begun.id) }
  await copyTables(options, copying)
  await catchUp(options, copying, false)
  report('comparing both sides')
  const checksums = await verify(options, copying)
  if (begun.isDone) {
    await activate(options, async () => undefined)
    return { checksums, heldMs: null }
  }
  for (let holds = 1; ; holds++) {
    await catchUpSoon(options, copying)
    try {
      return { checksums, heldMs: await finish(options, copying) }
    } catch (error) {
      if (!(error instanceof HoldEndedError) || holds === MAX_HOLDS) throw error
      report('writes were held for too long, and are accepted again; trying once more')
    }
  }
}

/** Refuses a target that has something of the tenants already, and makes room in it. */
async function prepare({ source, target, begun, clock }: MoveOptions): Promise<void> {
  const { tenants, oldest } = source.inSnapshot(() => ({ tenants: source.tenants(), oldest: source.oldestInstance() }))
  const progress = await target.loadProgress(begun.id)
  if (progress.size === 0) {
    for (const table of target.tables()) {
      const tenantId = await table.hasRowsOf(target.run, tenants)
      if (tenantId === undefined) continue
      throw new MoveError(
        `the database already has rows of tenant \`${tenantId}\` in \`${table.name}\`: use an empty database, or remove the data of an abandoned move with --abandon and --to`,
      )
    }
    const steps = ['changes', ...source.tables.map(({ name }) => name), ...tenants.map(stepOfTenant)]
    await target.inTransaction(async (run) => {
      for (const step of steps) {
        const place = step === 'changes' ? '0' : ''
        await execute(run, 'INSERT INTO move_progress (move_id, step, place, copied) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING', [
          begun.id,
          step,
          place,
        ])
      }
    })
  }
  await target.makeMonths(oldest, clock())
}

async function copyTables(options: MoveOptions, copying: Copying): Promise<void> {
  const { source, report } = options
  for (const table of source.tables) {
    let reportedAt = performance.now()
    for (;;) {
      const { isCaughtUp } = await copyStep(copying, table, false)
      await options.onStep?.()
      const { copied } = copying.progress.get(table.name) ?? { copied: 0 }
      if (isCaughtUp && copied > 0) report(`copied ${copied} row(s) of ${table.name}`)
      if (isCaughtUp) break
      if (performance.now() - reportedAt < REPORT_EVERY_MS) continue
      reportedAt = performance.now()
      report(`copied ${copied} row(s) of ${table.name} so far`)
    }
  }
}

/** Carries over what changed and what came in since, as of one moment at least as late as the call. */
async function catchUp(options: MoveOptions, copying: Copying, isChecked: boolean): Promise<number> {
  const instances = copying.source.tables.at(-1)
  for (let copied = 0; ; ) {
    const step = await copyStep(copying, instances, isChecked)
    copied += step.copied
    if (step.different.length > 0) {
      throw new MoveError(
        `rows read back differ from those just written, in ${step.different.join(', ')}: check that nobody else writes to the database`,
      )
    }
    await options.onStep?.()
    if (step.isCaughtUp) return copied
  }
}

async function verify(options: MoveOptions, copying: Copying): Promise<TenantChecksum[]> {
  const { source, target } = options
  const { checksums, different } = await source.holdSnapshot(async () => {
    await catchUp(options, copying, false)
    return verifyCopy(source, target, source.tables)
  })
  if (different.length === 0) return checksums
  throw new MoveError(
    `the copy differs from the source, so nothing was switched over:\n  ${different.join('\n  ')}\nNobody else may write to the database during a move. Abandon this move (--abandon, with --to) and start again`,
  )
}

/** Until so little is left that it can be copied while everybody waits. */
async function catchUpSoon(options: MoveOptions, copying: Copying): Promise<void> {
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds++) {
    const startedAt = performance.now()
    await options.departure.flush({ consumed: Number(copying.progress.get('changes')?.place ?? 0) })
    await catchUp(options, copying, true)
    if (performance.now() - startedAt < SOON_MS) return
  }
}

/** The last part, while writes are held. Returns for how long they were. */
async function finish(options: MoveOptions, copying: Copying): Promise<number> {
  const { departure, begun, holdLimitMs, report } = options
  report('holding writes')
  const startedAt = performance.now()
  const hold = await departure.hold({ forMs: HOLD_STEP_MS, hold: null })
  let lost: unknown
  const prolonging = setInterval(() => {
    if (performance.now() - startedAt > holdLimitMs) lost ??= new HoldEndedError()
    else departure.hold({ forMs: HOLD_STEP_MS, hold }).catch((error: unknown) => (lost ??= error))
  }, PROLONG_EVERY_MS)
  try {
    await catchUp(
      {
        ...options,
        async onStep() {
          if (lost !== undefined) throw lost
          await options.onStep?.()
        },
      },
      copying,
      true,
    )
    await activate(options, () => departure.finish({ id: begun.id, hold }))
    return performance.now() - startedAt
  } catch (error) {
    // When nobody answers, there is nobody who holds anything, or not for long.
    await departure.release().catch(() => undefined)
    throw error
  } finally {
    clearInterval(prolonging)
  }
}

/** Lets the target have its tenants, after `giveAway` has taken them from the source. */
async function activate({ source, target, begun }: MoveOptions, giveAway: () => Promise<void>): Promise<void> {
  const last = source.inSnapshot(() =>
    source.lastTables.map((table) => {
      const rows: MovedRow[] = []
      for (let place = '', isLast = false; !isLast; ) {
        const page = table.page(place)
        rows.push(...page.rows)
        place = page.place
        isLast = page.isLast
      }
      return { name: table.name, rows }
    }),
  )
  let isGiven = false
  try {
    await target.inTransaction(async (run) => {
      for (const { name, rows } of last) await putExactly(target.table(name), run, rows)
      await execute(run, "INSERT INTO store_marks (name, value) VALUES ('master_key', $1) ON CONFLICT (name) DO NOTHING", [
        begun.keyFingerprint,
      ])
      await execute(run, 'DELETE FROM move_progress WHERE move_id = $1', [begun.id])
      if (!isGiven) await giveAway()
      isGiven = true
    })
  } catch (error) {
    if (!isGiven) throw error
    throw new MoveError(
      'everything is copied and the source is marked as moved, but the database could not be updated: run the same command again',
      {
        cause: error,
      },
    )
  }
}

async function putExactly(table: TargetTable, run: Run, rows: readonly MovedRow[]): Promise<void> {
  await table.put(run, rows)
  const found = await table.load(
    run,
    rows.map(({ key }) => key),
  )
  const texts = new Set(found.map(({ text }) => text))
  if (rows.some(({ text }) => !texts.has(text))) throw new MoveError(`the rows read back from \`${table.name}\` differ from those written`)
}

/** Whether the target has all of these tenants. */
export async function isActive(target: TargetDatabase, tenants: readonly string[]): Promise<boolean> {
  for (const tenantId of tenants) if ((await findTenantWithRows(target.run, 'tenants', [tenantId])) === undefined) return false
  return tenants.length > 0
}
