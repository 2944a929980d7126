import { randomUUID } from 'node:crypto'
import { instanceEntities, settle } from '@sallyport/engine'
import type { InstanceKey } from '../../src/storage/store.ts'
import { issueToken, type TokenKind } from '../../src/tokens/challenge-token.ts'
import type { TestApp } from './test-app.ts'

/** Test support: passes the challenge of an instance as a verified passkey does, without a ceremony. Answers with the result token. */
export async function passChallenge({ deps }: Pick<TestApp, 'deps'>, key: InstanceKey, userAuthenticatorId: string | null = null) {
  await deps.store.transaction({ tenantId: key.tenantId, userId: key.userId }, (tx) =>
    tx.settle(
      key,
      (instance) => instanceEntities(instance),
      (instance, snapshot) =>
        settle(instance, snapshot, {
          kind: 'challenge_succeeded',
          at: deps.clock(),
          verificationMethod: 'PASSKEY',
          userAuthenticatorId,
          phishingResistant: true,
        }),
    ),
  )
  return makeToken({ deps }, key, 'result')
}

/** Test support: a token for an instance, whatever its state. */
export async function makeToken({ deps }: Pick<TestApp, 'deps'>, key: InstanceKey, kind: TokenKind): Promise<string> {
  const tenant = await deps.tenants.find(key.tenantId)
  if (tenant === undefined) throw new Error(`no tenant ${key.tenantId}`)
  const instance = await deps.store.findInstance(key)
  return issueToken(tenant, deps.config.issuer, {
    kind,
    userId: key.userId,
    actionCode: key.action,
    idempotencyKey: key.idempotencyKey,
    scope: 'read:authenticators',
    jti: randomUUID(),
    at: deps.clock(),
    basis: { createdAt: instance?.createdAt ?? 0, state: instance?.state ?? 'CHALLENGE_REQUIRED', isEnrolled: false },
  })
}
