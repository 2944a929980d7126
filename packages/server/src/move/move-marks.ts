import { type Closure, closureName, moveUnderWay, putClosure } from '../storage/closures.ts'
import type { Db } from '../storage/store.ts'

/** A move out of this store, under way or done. When it is done, the same mark closes what moved. */
export type MoveMark = Closure

/** Names of the marks that may speak of this move: under way, done. */
export function marksOf(tenantId: string | null): string[] {
  return [moveUnderWay, closureName(tenantId)]
}

/** There is none under way yet. */
export async function putMoveUnderWay(db: Db, mark: MoveMark): Promise<void> {
  await db
    .insertInto('store_marks')
    .values({ name: moveUnderWay, value: JSON.stringify(mark) })
    .execute()
}

/** The move that was under way is done. */
export async function putMoved(db: Db, mark: MoveMark): Promise<void> {
  await removeMoveUnderWay(db)
  await putClosure(db, mark)
}

export async function removeMoveUnderWay(db: Db): Promise<void> {
  await db.deleteFrom('store_marks').where('name', '=', moveUnderWay).execute()
}
