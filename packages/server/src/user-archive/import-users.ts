import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { type BindableMethod, findMethod } from '../authenticators/bindable-method.ts'
import { problemsOf, words } from '../schema-words.ts'
import type { Db, Store, Transaction } from '../storage/store.ts'
import { isUniqueViolation } from '../storage/store-errors.ts'
import { findUser } from '../user-record/user-row.ts'
import { type ArchivedUser, archivedUser } from './user-archive.ts'

export interface ImportUsersDeps {
  store: Store
  methods: readonly Pick<BindableMethod, 'name' | 'findFault' | 'describeImported'>[]
  clock: () => number
  newId: () => string
}

export interface ImportedUsers {
  imported: number
  failures: { index: number; userId?: string; reason: string }[]
}

/**
 * Imports users as `users export` wrote them, or fewer members of them. Each stands for itself: one that is refused is reported, and the others
 * are imported. A user who is there gets the attributes given and the authenticators that are missing.
 *
 * Refuses an authenticator its method finds fault with, such as a public key that does not import (WA-12), a credential another user has (WA-14), and a user
 * handle that differs from the one the user's passkeys know. A passkey that is there takes over the user handle that the line gives it.
 */
export async function importUsers(deps: ImportUsersDeps, tenantId: string, lines: readonly unknown[]): Promise<ImportedUsers> {
  const failures: ImportedUsers['failures'] = []
  // All at once: the store commits what waits together.
  await Promise.all(
    lines.map(async (line, index) => {
      const parsed = archivedUser.safeParse(line, { error: words })
      if (!parsed.success) {
        failures.push({ index, reason: parsed.error.issues.map(toReason).join('; ') })
        return
      }
      const reason = await importUser(deps, tenantId, parsed.data)
      if (reason !== undefined) failures.push({ index, userId: parsed.data.userId, reason })
    }),
  )
  failures.sort((a, b) => a.index - b.index)
  return { imported: lines.length - failures.length, failures }
}

/** Thrown to undo a transaction; never leaves this file. */
class Refused extends Error {}

async function importUser(deps: ImportUsersDeps, tenantId: string, user: ArchivedUser): Promise<string | undefined> {
  try {
    await deps.store.transaction({ tenantId, userId: user.userId }, (tx) => writeUser(deps, tx, tenantId, user))
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.message
    if (isUniqueViolation(error)) return 'another user has the same user handle, authenticator or credential'
    throw error
  }
}

async function writeUser(deps: ImportUsersDeps, { db }: Transaction, tenantId: string, user: ArchivedUser): Promise<void> {
  const at = deps.clock()
  const known = await findUser(db, tenantId, user.userId)
  const bound =
    known === undefined
      ? []
      : await db.selectFrom('authenticators').selectAll().where('tenant_id', '=', tenantId).where('user_id', '=', user.userId).execute()
  const isOtherHandle = known !== undefined && user.userHandle !== undefined && user.userHandle !== known.user_handle && bound.length > 0
  if (isOtherHandle && user.authenticators.length === 0) {
    throw new Refused('the user already has authenticators with a different user handle: list those that know this one')
  }
  const attributes = {
    user_handle: (isOtherHandle ? undefined : user.userHandle) ?? known?.user_handle ?? randomBytes(32).toString('base64url'),
    email: user.email ?? known?.email ?? null,
    email_verified: toFlag(user.email === undefined ? known?.email_verified === 1 : user.emailVerified),
    phone_number: user.phoneNumber ?? known?.phone_number ?? null,
    phone_number_verified: toFlag(user.phoneNumber === undefined ? known?.phone_number_verified === 1 : user.phoneNumberVerified),
    username: user.username ?? known?.username ?? null,
    display_name: user.displayName ?? known?.display_name ?? null,
    locale: user.locale ?? known?.locale ?? null,
    default_verification_method: user.defaultVerificationMethod ?? known?.default_verification_method ?? null,
    enrolment_frozen_at: user.enrolmentFrozenAt ?? known?.enrolment_frozen_at ?? null,
    custom: JSON.stringify({ ...(known === undefined ? {} : JSON.parse(known.custom)), ...user.custom }),
    created_at: Math.min(user.createdAt ?? at, known?.created_at ?? at),
    updated_at: at,
  }
  if (known === undefined) {
    await db
      .insertInto('users')
      .values({ tenant_id: tenantId, user_id: user.userId, ...attributes })
      .execute()
  } else {
    await db.updateTable('users').set(attributes).where('tenant_id', '=', tenantId).where('user_id', '=', user.userId).execute()
  }
  const ids = new Set(bound.map(({ user_authenticator_id }) => user_authenticator_id))
  const authenticatorIds: string[] = []
  for (const authenticator of user.authenticators) {
    const handle = authenticator.userHandle ?? (isOtherHandle ? user.userHandle : undefined)
    const same = bound.find(({ credential_id }) => credential_id !== null && credential_id === authenticator.credentialId)
    if (same !== undefined) {
      if (handle !== undefined) await correctUserHandle(db, same, handle)
      continue
    }
    if (authenticator.userAuthenticatorId !== undefined && ids.has(authenticator.userAuthenticatorId)) continue
    const method = findMethod(deps.methods, authenticator.verificationMethod)
    const { signCount, counter } = authenticator
    if (signCount !== undefined && counter !== undefined && signCount !== counter) {
      throw new Refused('`signCount` and `counter` differ: they are two names of one number')
    }
    const details = method?.describeImported?.(
      handle === undefined ? authenticator.details : withUserHandle(authenticator.details, handle),
      {
        isBackupEligibilityKnown: authenticator.backupEligible !== undefined,
        userHandle: user.userHandle,
      },
    )
    const row: AuthenticatorRow = {
      tenant_id: tenantId,
      user_authenticator_id: authenticator.userAuthenticatorId ?? deps.newId(),
      user_id: user.userId,
      verification_method: authenticator.verificationMethod,
      created_at: authenticator.createdAt ?? at,
      verified_at: authenticator.verifiedAt ?? authenticator.createdAt ?? at,
      last_verified_at: authenticator.lastVerifiedAt ?? null,
      removed_at: authenticator.removedAt ?? null,
      credential_id: authenticator.credentialId ?? null,
      public_key: authenticator.credentialPublicKey ?? null,
      sign_count: signCount ?? counter ?? 0,
      backup_eligible: toFlag(authenticator.backupEligible === true),
      backup_state: toFlag(authenticator.backupState),
      transports: authenticator.transports === undefined ? null : JSON.stringify(authenticator.transports),
      aaguid: authenticator.aaguid?.toLowerCase() ?? null,
      name: authenticator.name ?? null,
      details: JSON.stringify(details ?? authenticator.details),
    }
    const fault = method?.findFault?.(row)
    if (fault !== undefined) throw new Refused(fault)
    await db.insertInto('authenticators').values(row).execute()
    authenticatorIds.push(row.user_authenticator_id)
  }
  await insertAuditEntry(db, deps.newId(), {
    tenantId,
    at,
    actor: systemActor('import of users'),
    event: 'user.imported',
    userId: user.userId,
    details: { isNew: known === undefined, authenticatorIds },
  })
}

/** The passkey was registered with another user handle than was thought. */
async function correctUserHandle(
  db: Db,
  { tenant_id, user_authenticator_id, details }: AuthenticatorRow,
  userHandle: string,
): Promise<void> {
  await db
    .updateTable('authenticators')
    .set({ details: JSON.stringify(withUserHandle(JSON.parse(details), userHandle)) })
    .where('tenant_id', '=', tenant_id)
    .where('user_authenticator_id', '=', user_authenticator_id)
    .execute()
}

function withUserHandle({ isUserHandleOpen: _, ...details }: Record<string, unknown>, userHandle: string): Record<string, unknown> {
  return { ...details, userHandle }
}

/** Every name that is not a member is named with its place, and every other fault in words. */
function toReason(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return problemsOf(new z.ZodError([issue])).join('; ')
  return issue.keys.map((key) => `\`${[...issue.path, key].join('.')}\` is not a member that is known`).join('; ')
}

function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}
