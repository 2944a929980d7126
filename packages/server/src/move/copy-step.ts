import type { MovedRow } from './moved-row.ts'
import { CHANGES_PER_STEP, type SourceFile } from './source-file.ts'
import type { SourceTable } from './source-table.ts'
import { advance, type Progress, type TargetDatabase } from './target-database.ts'

/** A move that is under way. */
export interface Copying {
  moveId: string
  source: SourceFile
  target: TargetDatabase
  progress: Progress
}

export interface StepResult {
  /** Rows that were written. */
  copied: number
  /** The source had nothing more when it was read: neither changes nor rows of the table. */
  isCaughtUp: boolean
  /** Tables with rows that differ between target and source although they were just written. Empty unless they were checked. */
  different: string[]
}

/**
 * One step: carries over recorded changes and, when none are left, the next page of a table, both as of one moment. Notes its progress in the same
 * transaction.
 *
 * INVARIANT: after a step, no row in the target is older than the moment that was read. So two rows that exclude each other in the source never meet there.
 */
export async function copyStep(
  { moveId, source, target, progress }: Copying,
  table: SourceTable | undefined,
  isChecked: boolean,
): Promise<StepResult> {
  const changesFrom = progress.get('changes')?.place ?? '0'
  const tableFrom = table === undefined ? '' : (progress.get(table.name)?.place ?? '')
  const { batches, changesTo, page, isCaughtUp } = source.inSnapshot(() => {
    const changes = source.changes(Number(changesFrom))
    const isAll = changes.length < CHANGES_PER_STEP
    const next = isAll ? table?.page(tableFrom) : undefined
    return {
      batches: readChanges(source, changes),
      changesTo: String(changes.at(-1)?.n ?? changesFrom),
      page: next,
      isCaughtUp: isAll && (next === undefined || next.isLast),
    }
  })
  if (table !== undefined && page !== undefined) {
    // A row that was erased and made again within a millisecond is not gone.
    const made = new Set(page.rows.map(({ key }) => key))
    for (const batch of batches) if (batch.name === table.name) batch.gone = batch.gone.filter((key) => !made.has(key))
    batches.push({ name: table.name, rows: page.rows, gone: [] })
  }
  const copied = batches.reduce((sum, { rows, gone }) => sum + rows.length + gone.length, 0)
  const tableTo = page?.place ?? tableFrom
  if (changesTo !== changesFrom || tableTo !== tableFrom) {
    await target.inTransaction(async (run) => {
      const now = await target.loadProgress(moveId)
      // The commit before was in doubt, and has happened.
      if (now.get('changes')?.place === changesTo && (table === undefined || now.get(table.name)?.place === tableTo)) return
      for (const { name, gone } of batches) await target.table(name).remove(run, gone)
      for (const { name, rows } of batches) await target.table(name).put(run, rows)
      await advance(run, moveId, 'changes', changesFrom, changesTo, 0)
      if (table !== undefined) await advance(run, moveId, table.name, tableFrom, tableTo, page?.rows.length ?? 0)
    })
    progress.set('changes', { place: changesTo, copied: 0 })
    if (table !== undefined) {
      progress.set(table.name, { place: tableTo, copied: (progress.get(table.name)?.copied ?? 0) + (page?.rows.length ?? 0) })
    }
  }
  const different: string[] = []
  if (isChecked) for (const batch of batches) if (!(await isSame(target, batch))) different.push(batch.name)
  return { copied, isCaughtUp, different }
}

interface Batch {
  name: string
  rows: readonly MovedRow[]
  gone: string[]
}

function readChanges(source: SourceFile, changes: ReturnType<SourceFile['changes']>): Batch[] {
  const byTable = Map.groupBy(changes, ({ table }) => table)
  return source.tables.flatMap((table) => {
    const changed = byTable.get(table.name)
    return changed === undefined ? [] : [{ name: table.name, ...table.current(changed.map(({ key }) => key)) }]
  })
}

async function isSame(target: TargetDatabase, { name, rows, gone }: Batch): Promise<boolean> {
  const found = await target.table(name).load(target.run, [...rows.map(({ key }) => key), ...gone])
  const texts = new Map(found.map(({ key, text }) => [key, text]))
  return texts.size === rows.length && rows.every(({ key, text }) => texts.get(key) === text)
}
