import type { SoftwareAuthenticator } from '../support/software-authenticator.ts'
import type { Body, TenantClient } from './tenant-client.ts'

/** Yes, no, or nobody was told. */
export type Doubt = 'yes' | 'no' | 'unknown'

/** The knowledge of one client about an action instance, from the answers it got. */
export interface KnownInstance {
  action: string
  idempotencyKey: string
  amount: number
  exists: Doubt
  /** States it can be in. `undefined`: any. */
  states: ReadonlySet<string> | undefined
  isDisputed: Doubt
  /** The track's. */
  token: string | undefined
  /** Somebody sent a good answer. Until then no proof of it can be valid. */
  isAnswered: boolean
  /** Answers that were evaluated and refused. */
  failures: number
  /** Result tokens, one for each time that the challenge was passed. */
  results: { token: string; authenticator: KnownAuthenticator }[]
  /** How often it was found valid since it was passed, by whichever token. */
  approvals: number
}

export interface KnownAuthenticator {
  device: SoftwareAuthenticator
  /** `undefined`: the answer that would have said so was lost. */
  userAuthenticatorId: string | undefined
  isBound: Doubt
  /** Counters of the last assertion that was accepted, and of the last that was made. */
  acceptedCount: number
  madeCount: number
}

/** An answer to a challenge, kept to be sent once more. */
export interface SentAnswer {
  token: string
  body: object
  instance: KnownInstance
  authenticator: KnownAuthenticator
  signCount: number
  accepted: number
}

/** One user of one tenant, whom one client at a time acts for. */
export interface KnownUser {
  client: TenantClient
  userId: string
  instances: Map<string, KnownInstance>
  authenticators: KnownAuthenticator[]
  answers: SentAnswer[]
  /** An erasure was asked for and not answered: either all is gone, or nothing is. */
  isErased: Doubt
  next: number
}

export function createKnownUser(client: TenantClient, userId: string): KnownUser {
  return { client, userId, instances: new Map(), authenticators: [], answers: [], isErased: 'no', next: 0 }
}

export function forget(user: KnownUser): void {
  user.instances.clear()
  user.authenticators = []
  user.answers = []
  user.isErased = 'no'
}

/** Reads everything of the user and compares it with what is known. Nothing may be under way for this user. */
export async function checkUser(user: KnownUser, violate: (violation: string) => void): Promise<void> {
  const { client, userId } = user
  const [actions, authenticators] = [
    await client.asServer('GET', `/users/${userId}/actions?limit=1000`),
    await client.asServer('GET', `/users/${userId}/authenticators`),
  ]
  if (!actions.known || !authenticators.known) {
    violate(`the data of ${nameOf(user)} cannot be read`)
    return
  }
  const listed = actions.body as unknown as Body[]
  const bound = authenticators.body as unknown as Body[]
  if (user.isErased === 'unknown') {
    if (listed.length === 0 && bound.length === 0) forget(user)
    user.isErased = 'no'
  }
  checkInstances(user, listed, violate)
  checkAuthenticators(user, bound, violate)
}

function checkInstances(user: KnownUser, listed: readonly Body[], violate: (violation: string) => void): void {
  const found = new Map(listed.map((one) => [String(one.idempotencyKey), one]))
  if (found.size !== listed.length) violate(`I7: ${nameOf(user)} has an action twice`)
  for (const key of found.keys()) {
    if (!key.startsWith(`${user.client.tenantId}.${user.userId}.`)) violate(`I9: ${nameOf(user)} sees the action ${key}`)
    else if (!user.instances.has(key)) violate(`I5: ${nameOf(user)} has the action ${key}, which was erased or never tracked`)
  }
  for (const instance of user.instances.values()) {
    const shown = found.get(instance.idempotencyKey)
    if (shown === undefined) {
      if (instance.exists === 'yes') violate(`I5: the action ${instance.idempotencyKey} was acknowledged and is lost`)
      user.instances.delete(instance.idempotencyKey)
      continue
    }
    const state = String(shown.state)
    if (instance.states !== undefined && !instance.states.has(state)) {
      violate(`I5: the action ${instance.idempotencyKey} is ${state}, not ${[...instance.states].join(' or ')}`)
    }
    const isDisputed = shown.disputedAt !== undefined
    if (instance.isDisputed !== 'unknown' && isDisputed !== (instance.isDisputed === 'yes')) {
      violate(`I5: the action ${instance.idempotencyKey} is ${isDisputed ? '' : 'not '}disputed`)
    }
    if (instance.states !== undefined) instance.states = new Set([state])
    instance.isDisputed = isDisputed ? 'yes' : 'no'
    instance.exists = 'yes'
  }
}

function checkAuthenticators(user: KnownUser, bound: readonly Body[], violate: (violation: string) => void): void {
  const found = new Map(
    bound.map((one) => [String((one.webauthnCredential as Body | undefined)?.credentialId), String(one.userAuthenticatorId)]),
  )
  for (const authenticator of user.authenticators) {
    const id = found.get(authenticator.device.credentialId)
    found.delete(authenticator.device.credentialId)
    if (authenticator.isBound === 'yes' && id === undefined) violate(`I5: an authenticator of ${nameOf(user)} was bound and is lost`)
    if (authenticator.isBound === 'no' && id !== undefined) violate(`I5: an authenticator of ${nameOf(user)} was removed and is back`)
    authenticator.isBound = id === undefined ? 'no' : 'yes'
    authenticator.userAuthenticatorId ??= id
  }
  for (const credentialId of found.keys()) violate(`${nameOf(user)} has the authenticator ${credentialId}, which nobody asked for`)
}

export function nameOf({ client, userId }: KnownUser): string {
  return `${userId} of ${client.tenantId}`
}
