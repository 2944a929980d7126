import { sql } from 'kysely'
import type { Db } from './db.ts'
import { StoreClosedError } from './store-errors.ts'

/**
 * Says that a store, or one tenant of it, is closed, as its data is in another store. It is kept in the store itself: work that went on here would make
 * a second truth.
 */
export interface Closure {
  /** Identifies the work that closed it. */
  id: string
  /** Where the data is, without user and password: `postgres://db.example:5432/sallyport`. */
  to: string
  /** `null`: the whole store. */
  tenantId: string | null
  /** Milliseconds UTC. */
  at: number
}

/** The name of a closure in `store_marks`. */
export function closureName(tenantId: string | null): string {
  return tenantId === null ? 'moved' : `moved:${tenantId}`
}

/** Name of the mark in `store_marks` while a move out of this store is under way. */
export const moveUnderWay = 'move'

/** The move out of this store that is under way; as a closure, since that is its mark when it is done. */
export async function findMoveUnderWay(db: Db): Promise<Closure | undefined> {
  const row = await db.selectFrom('store_marks').where('name', '=', moveUnderWay).select('value').executeTakeFirst()
  return row && (JSON.parse(row.value) as Closure)
}

export async function findClosure(db: Db, tenantId: string | null): Promise<Closure | undefined> {
  const row = await db.selectFrom('store_marks').where('name', '=', closureName(tenantId)).select('value').executeTakeFirst()
  return row && (JSON.parse(row.value) as Closure)
}

/** The tenants that are closed one by one. */
export async function listTenantClosures(db: Db): Promise<Closure[]> {
  const rows = await db.selectFrom('store_marks').where('name', '>', closureName('')).where('name', '<', 'moved;').select('value').execute()
  return rows.map(({ value }) => JSON.parse(value) as Closure)
}

export async function putClosure(db: Db, closure: Closure): Promise<void> {
  const value = JSON.stringify(closure)
  await db
    .insertInto('store_marks')
    .values({ name: closureName(closure.tenantId), value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

/** The data belongs to this store again. */
export async function removeClosure(db: Db, tenantId: string | null): Promise<void> {
  await db.deleteFrom('store_marks').where('name', '=', closureName(tenantId)).execute()
}

/** Throws `StoreClosedError`, with what an operator can do, when the whole store is closed. */
export async function refuseClosedStore(db: Db): Promise<void> {
  const closure = await findClosure(db, null)
  if (closure === undefined) return
  throw new StoreClosedError(
    `everything in this store was moved to ${closure.to} at ${new Date(closure.at).toISOString()}: set SALLYPORT_DATABASE_URL to it and start again, with the ` +
      'same master key; to go back to what was here then, without all that happened since: `sallyport migrate --abandon --from sqlite:<data directory>`',
  )
}

/** Throws `StoreClosedError` when this tenant is closed. */
export async function refuseClosedTenant(db: Db, tenantId: string): Promise<void> {
  const closure = await findClosure(db, tenantId)
  if (closure !== undefined) throw toRefusal(closure)
}

/**
 * Throws `StoreClosedError` while a PostgreSQL store is being filled and has no tenant yet: a server would make one, and erase data that it thinks is old.
 */
export async function refuseHalfFilledStore(db: Db): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM move_progress WHERE NOT EXISTS (SELECT 1 FROM tenants) LIMIT 1`.execute(db)
  if (rows.length > 0)
    throw new StoreClosedError('a move into this database has not ended yet: run the same `sallyport migrate --from … --to …` again')
}

/** The answer to requests for closed data: 503, since the application may learn the new address any moment. */
export function toRefusal({ tenantId }: Pick<Closure, 'tenantId'>): StoreClosedError {
  const what = tenantId === null ? 'everything' : `the tenant \`${tenantId}\``
  return new StoreClosedError(`${what} was moved to another server`)
}
