import type { VerificationMethod } from '@sallyport/engine'
import type { Selectable } from 'kysely'
import type { AuthenticatorTable } from '../storage/schema.ts'

/** A stored authenticator without its secret, which `authenticator-secret.ts` alone writes and reads. */
export type AuthenticatorRow = Omit<Selectable<AuthenticatorTable>, 'secret'>

/** What the `details` column of an authenticator holds, besides what has a column of its own. A method adds members of its own. */
export interface AuthenticatorDetails {
  email?: string
  phoneNumber?: string
  username?: string
  displayName?: string
  devicePlatform?: 'IOS' | 'ANDROID' | 'WEB'
  /** The name that a person gave it. No rule reads it. */
  givenName?: string
  /** When it was bound, milliseconds UTC, if that was part of a recovery: see `provesUser`. */
  recoveredAt?: number
}

/** What a method fills in when it binds: its columns, and the details. */
export type BoundColumns = Partial<
  Pick<
    AuthenticatorRow,
    | 'credential_id'
    | 'public_key'
    | 'sign_count'
    | 'backup_eligible'
    | 'backup_state'
    | 'transports'
    | 'aaguid'
    | 'name'
    | 'last_verified_at'
  >
> & { details: AuthenticatorDetails }

export interface AuthenticatorOwner {
  tenantId: string
  userId: string
  userAuthenticatorId: string
}

/** A row for an authenticator that is bound now and verified already. */
export function toAuthenticatorRow(
  owner: AuthenticatorOwner,
  method: VerificationMethod,
  { details, ...columns }: BoundColumns,
  at: number,
): AuthenticatorRow {
  return {
    tenant_id: owner.tenantId,
    user_authenticator_id: owner.userAuthenticatorId,
    user_id: owner.userId,
    verification_method: method,
    created_at: at,
    verified_at: at,
    last_verified_at: null,
    removed_at: null,
    credential_id: null,
    public_key: null,
    sign_count: 0,
    backup_eligible: 0,
    backup_state: 0,
    transports: null,
    aaguid: null,
    name: null,
    ...columns,
    details: JSON.stringify(details),
  }
}
