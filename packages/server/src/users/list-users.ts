import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { isStorable } from '../http/find-json-fault.ts'
import type { UserTable } from '../storage/schema.ts'
import type { Store } from '../storage/store.ts'
import { describeUsers, type QueriedUser } from './query-users.ts'

export interface UserListQuery {
  /** The beginning of an id, an e-mail address, a user name or a phone number. Absent: everybody. */
  text?: string | undefined
  limit: number
  cursor?: string | undefined
}

export interface UserListPage {
  users: QueriedUser[]
  cursor?: string | undefined
}

/** What a text is looked for in, one after the other: each has an index. */
const columns = ['user_id', 'email', 'username', 'phone_number'] as const
type Column = (typeof columns)[number]

/** Behind every text that begins with another. */
const last = '\u{10ffff}'

/** Where a page ended: in which column, at which value, at which user. */
const place = z.tuple([z.enum(columns), z.string(), z.string()])
type Place = z.infer<typeof place>

/** The users of a tenant a page at a time: by id, or those that a text is the beginning of. Each page costs the same, however many users there are. */
export async function listUsers(deps: { store: Pick<Store, 'db'> }, tenant: Tenant, query: UserListQuery): Promise<UserListPage> {
  const { text, limit } = query
  const from = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const found: { column: Column; row: Selectable<UserTable> }[] = []
  const searched = text === undefined ? columns.slice(0, 1) : columns.slice(from === undefined ? 0 : columns.indexOf(from[0]))
  for (const column of searched) {
    const wanted = limit + 1 - found.length
    if (wanted <= 0) break
    const rows = await selectUsers(deps.store.db, tenant.tenantId, column, text, from?.[0] === column ? from : undefined)
      .limit(wanted)
      .execute()
    found.push(...rows.map((row) => ({ column, row })))
  }
  const page = found.slice(0, limit)
  // Those found in an earlier column do not come again: they are left out here, so that a page is the same work however many there are.
  const rows = page.filter(({ column, row }) => text === undefined || !isFoundBefore(row, column, text)).map(({ row }) => row)
  const users = await describeUsers(deps, tenant, rows)
  const end = found.length > limit ? page.at(-1) : undefined
  return { users, cursor: end && writeCursor([end.column, String(end.row[end.column]), end.row.user_id]) }
}

function selectUsers(db: Store['db'], tenantId: string, column: Column, text: string | undefined, after: Place | undefined) {
  let select = db.selectFrom('users').selectAll().where('tenant_id', '=', tenantId)
  if (text !== undefined) {
    select = select.where(column, '>=', text).where(column, '<', text + last)
  }
  if (after !== undefined) {
    const [, value, userId] = after
    select = select.where(column, '>=', value).where((where) => where.or([where(column, '>', value), where('user_id', '>', userId)]))
  }
  return column === 'user_id' ? select.orderBy('user_id') : select.orderBy(column).orderBy('user_id')
}

function isFoundBefore(row: Selectable<UserTable>, column: Column, text: string): boolean {
  return columns.slice(0, columns.indexOf(column)).some((earlier) => row[earlier]?.startsWith(text))
}

function writeCursor(at: Place): string {
  return Buffer.from(JSON.stringify(at)).toString('base64url')
}

function readCursor(text: string): Place {
  try {
    const read = place.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    if (read.success && read.data.every(isStorable)) return read.data
  } catch {
    // Not JSON.
  }
  throw new ApiError('invalid_request', '`cursor` is not a cursor of an earlier page: leave it out to begin again')
}
