import type { AppClientTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { type CustomClaim, readCustomClaims } from './custom-claim.ts'

/** An application that has sessions, with how long they last. */
export interface AppClient {
  clientId: string
  name: string
  accessTokenDurationInMinutes: number
  refreshTokenDurationInMinutes: number
  sessionDurationInMinutes: number
  /** What access tokens say beside what every one says. Absent: nothing. */
  customClaims?: CustomClaim[]
}

export type AppClientDurations = Omit<AppClient, 'clientId' | 'name' | 'customClaims'>

/** NIST SP 800-63B-4, "Reauthentication": at its second level a session ends after an hour without use, and after a day whatever happens. */
export const defaultDurations: AppClientDurations = {
  accessTokenDurationInMinutes: 10,
  refreshTokenDurationInMinutes: 60,
  sessionDurationInMinutes: 24 * 60,
}

export function listAppClients(db: Db, tenantId: string): Promise<AppClientTable[]> {
  return db.selectFrom('app_clients').where('tenant_id', '=', tenantId).orderBy('created_at').orderBy('client_id').selectAll().execute()
}

export function findAppClient(db: Db, tenantId: string, clientId: string): Promise<AppClientTable | undefined> {
  return db.selectFrom('app_clients').where('tenant_id', '=', tenantId).where('client_id', '=', clientId).selectAll().executeTakeFirst()
}

export function toAppClient(row: AppClientTable): AppClient {
  return {
    clientId: row.client_id,
    name: row.name,
    accessTokenDurationInMinutes: row.access_token_minutes,
    refreshTokenDurationInMinutes: row.refresh_token_minutes,
    sessionDurationInMinutes: row.session_minutes,
    ...(row.custom_claims === null ? {} : { customClaims: readCustomClaims(row.custom_claims) }),
  }
}
