import { type Closure, closureName, putClosure } from '../storage/closures.ts'
import type { Db } from '../storage/store.ts'

/** A move out of this store, under way or done. When it is done, the same mark closes what moved. */
export type MoveMark = Closure

/** Name of the mark in `store_marks` while the move is under way. */
const underWay = 'move'

/** Names of the marks that may speak of this move: under way, done. */
export function marksOf(tenantId: string | null): string[] {
  return [underWay, closureName(tenantId)]
}

export async function findMoveUnderWay(db: Db): Promise<MoveMark | undefined> {
  const row = await db.selectFrom('store_marks').where('name', '=', underWay).select('value').executeTakeFirst()
  return row && (JSON.parse(row.value) as MoveMark)
}

/** There is none under way yet. */
export async function putMoveUnderWay(db: Db, mark: MoveMark): Promise<void> {
  await db
    .insertInto('store_marks')
    .values({ name: underWay, value: JSON.stringify(mark) })
    .execute()
}

/** The move that was under way is done. */
export async function putMoved(db: Db, mark: MoveMark): Promise<void> {
  await removeMoveUnderWay(db)
  await putClosure(db, mark)
}

export async function removeMoveUnderWay(db: Db): Promise<void> {
  await db.deleteFrom('store_marks').where('name', '=', underWay).execute()
}
