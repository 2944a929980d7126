import type { Db } from '../storage/store.ts'
import type { AuthenticatorRow } from './authenticator-row.ts'

/** The authenticators a user has bound and proved (EN-05), first bound first. Removed ones stay on record and are not among them. */
export function listAuthenticators(db: Db, tenantId: string, userId: string): Promise<AuthenticatorRow[]> {
  return db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('removed_at', 'is', null)
    .where('verified_at', 'is not', null)
    .orderBy('created_at')
    .orderBy('user_authenticator_id')
    .execute()
}

/** The verification methods of `authenticators` that the tenant has enabled, each once, first bound first. */
export function enrolledMethods(authenticators: readonly AuthenticatorRow[], enabled: readonly string[]): string[] {
  return [...new Set(authenticators.map((row) => row.verification_method))].filter((method) => enabled.includes(method))
}
