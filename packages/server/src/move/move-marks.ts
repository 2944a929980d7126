import { sql } from 'kysely'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import { MoveError } from './move-error.ts'

/** A move out of this store. */
export interface MoveMark {
  id: string
  /** Where to, without user and password: `postgres://db.example:5432/sallyport`. */
  to: string
  /** `null`: every tenant. */
  tenantId: string | null
  /** Milliseconds UTC: when it began, or when it ended. */
  at: number
}

/** Names in `store_marks`: the move under way; what became of the whole store; what became of one tenant. */
const underWay = 'move'
const moved = 'moved'
const movedTenant = (tenantId: string) => `moved:${tenantId}`

/** Names of the marks that may speak of this move: under way, done. */
export function marksOf(tenantId: string | null): string[] {
  return [underWay, tenantId === null ? moved : movedTenant(tenantId)]
}

/** Everything in this store is somewhere else by now: whoever goes on here makes a second truth. */
export class StoreMovedError extends Error {
  constructor({ to, at }: MoveMark) {
    super(
      `everything in this store was moved to ${to} at ${new Date(at).toISOString()}: set SALLYPORT_DATABASE_URL to it and start again, with the same master key; ` +
        'to go back to what was here then, without all that happened since: `sallyport migrate --abandon --from sqlite:<data directory>`',
    )
    this.name = 'StoreMovedError'
  }
}

export function findMoveUnderWay(db: Db): Promise<MoveMark | undefined> {
  return findMark(db, underWay)
}

export function findMovedStore(db: Db): Promise<MoveMark | undefined> {
  return findMark(db, moved)
}

export function findMovedTenant(db: Db, tenantId: string): Promise<MoveMark | undefined> {
  return findMark(db, movedTenant(tenantId))
}

/** Tenants that were moved out of this store one by one. */
export async function listMovedTenants(db: Db): Promise<MoveMark[]> {
  const rows = await db.selectFrom('store_marks').where('name', '>', movedTenant('')).where('name', '<', 'moved;').select('value').execute()
  return rows.map(({ value }) => JSON.parse(value) as MoveMark)
}

export async function putMoveUnderWay(db: Db, mark: MoveMark): Promise<void> {
  await putMark(db, underWay, JSON.stringify(mark))
}

/** The move that was under way is done. */
export async function putMoved(db: Db, mark: MoveMark): Promise<void> {
  await removeMoveUnderWay(db)
  await putMark(db, mark.tenantId === null ? moved : movedTenant(mark.tenantId), JSON.stringify(mark))
}

export async function removeMoveUnderWay(db: Db): Promise<void> {
  await db.deleteFrom('store_marks').where('name', '=', underWay).execute()
}

/** What was moved belongs to this store again. */
export async function removeMoved(db: Db, tenantId: string | null): Promise<void> {
  const name = tenantId === null ? moved : movedTenant(tenantId)
  await db.deleteFrom('store_marks').where('name', '=', name).execute()
}

/** Throws when everything in this store was moved away. */
export async function refuseMovedStore(db: Db): Promise<void> {
  const mark = await findMovedStore(db)
  if (mark !== undefined) throw new StoreMovedError(mark)
}

/** Throws when a move into this database has begun, and there is no tenant yet: a server would make one, and erase what it thinks is old. */
export async function refuseUnfinishedMove(db: Db): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM move_progress WHERE NOT EXISTS (SELECT 1 FROM tenants) LIMIT 1`.execute(db)
  if (rows.length > 0)
    throw new MoveError('a move into this database has not finished: run the same `sallyport migrate --from … --to …` again')
}

/** Throws when this tenant was moved away. */
export async function refuseMovedTenant(db: Db, tenantId: string): Promise<void> {
  const mark = await findMovedTenant(db, tenantId)
  if (mark !== undefined) throw tenantMoved(mark)
}

/** What a tenant that was moved away is answered: 503, since its application may be told the new address any moment. */
export function tenantMoved({ tenantId }: Pick<MoveMark, 'tenantId'>): ApiError {
  return new ApiError('unavailable', `the tenant \`${tenantId}\` was moved to another server`)
}

async function findMark(db: Db, name: string): Promise<MoveMark | undefined> {
  const row = await db.selectFrom('store_marks').where('name', '=', name).select('value').executeTakeFirst()
  return row && (JSON.parse(row.value) as MoveMark)
}

async function putMark(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('store_marks')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
