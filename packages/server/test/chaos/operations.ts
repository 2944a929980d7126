import { setTimeout as pause } from 'node:timers/promises'
import { type CreationOptions, createSoftwareAuthenticator, type RequestOptions } from '../support/software-authenticator.ts'
import { forget, type KnownAuthenticator, type KnownInstance, type KnownUser, nameOf, type SentAnswer } from './known-user.ts'
import type { Random } from './random.ts'
import type { Reply } from './tenant-client.ts'

export interface Scene {
  random: Random
  violate(violation: string): void
}

type Operation = (scene: Scene, user: KnownUser) => Promise<void>

export const origin = 'http://localhost:3000'
/** From here on the tenants' rule asks for a challenge. */
export const challengedAmount = 1000
const passkeyPath = '/user-authenticators/passkey'
/** Answers to one instance that are evaluated. */
const maxAnswers = 5

/** Does one of the things that users and servers do, and notes what came of it. */
export async function actOnce(scene: Scene, user: KnownUser): Promise<void> {
  // The remaining data of this user first shows whether the erasure happened. Without another user, the client waits, so that others get a turn.
  if (user.isErased === 'unknown') return pause(2)
  const sum = weights.reduce((total, [weight]) => total + weight, 0)
  let at = scene.random.below(sum)
  for (const [weight, operation] of weights) {
    at -= weight
    if (at < 0) return operation(scene, user)
  }
}

const weights: readonly (readonly [number, Operation])[] = [
  [20, trackNew],
  [8, trackAgain],
  [6, trackInParallel],
  [6, enrol],
  [14, answer],
  [4, answerWrongly],
  [6, replay],
  [12, validate],
  [4, dispute],
  [3, setState],
  [2, remove],
  [1, erase],
]

/** The state that a dispute makes of an open one. */
const endings: Readonly<Record<string, readonly string[]>> = {
  CHALLENGE_REQUIRED: ['CHALLENGE_FAILED'],
  REVIEW_REQUIRED: ['REVIEW_FAILED'],
}

const succeeded = new Set(['CHALLENGE_SUCCEEDED'])

function isTracked({ action }: KnownInstance): boolean {
  return action === 'transfer'
}

function pathOf(user: KnownUser, { action, idempotencyKey }: KnownInstance): string {
  return `/users/${user.userId}/actions/${action}/${idempotencyKey}`
}

function newInstance(user: KnownUser, action: string, amount: number): KnownInstance {
  const { client, userId, instances } = user
  const instance: KnownInstance = {
    action,
    idempotencyKey: `${client.tenantId}.${userId}.${user.next}`,
    amount,
    exists: 'unknown',
    states: undefined,
    isDisputed: 'no',
    token: undefined,
    isAnswered: false,
    failures: 0,
    results: [],
    approvals: 0,
  }
  user.next += 1
  instances.set(instance.idempotencyKey, instance)
  return instance
}

function track({ client, userId }: KnownUser, { action, idempotencyKey, amount }: KnownInstance, scope?: string): Promise<Reply> {
  const number = Number(userId.slice(userId.lastIndexOf('-') + 1))
  return client.asServer('POST', `/users/${userId}/actions/${action}`, {
    idempotencyKey,
    ipAddress: `203.0.113.${number % 3}`,
    deviceId: `device-${number % 5}`,
    custom: { amount },
    ...(scope !== undefined && { scope }),
  })
}

function noteTracked(scene: Scene, instance: KnownInstance, reply: Reply): void {
  if (!reply.known) return
  if (reply.status !== 200) {
    scene.violate(`a track was answered with ${reply.status}: ${JSON.stringify(reply.body)}`)
    return
  }
  const state = String(reply.body.state)
  if (instance.exists === 'yes' && instance.states !== undefined && !instance.states.has(state)) {
    scene.violate(`I7: ${instance.idempotencyKey} was tracked again and is ${state}, not ${[...instance.states].join(' or ')}`)
  }
  instance.exists = 'yes'
  instance.states ??= new Set([state])
  instance.token = String(reply.body.token)
}

async function trackNew(scene: Scene, user: KnownUser): Promise<void> {
  const instance = newInstance(user, 'transfer', scene.random.below(2 * challengedAmount))
  noteTracked(scene, instance, await track(user, instance))
}

async function trackAgain(scene: Scene, user: KnownUser): Promise<void> {
  const instance = pickInstance(scene, user, isTracked)
  if (instance !== undefined) noteTracked(scene, instance, await track(user, instance))
}

async function trackInParallel(scene: Scene, user: KnownUser): Promise<void> {
  const instance = newInstance(user, 'transfer', scene.random.below(2 * challengedAmount))
  const replies = await Promise.all(Array.from({ length: 6 }, () => track(user, instance)))
  for (const reply of replies) noteTracked(scene, instance, reply)
}

async function enrol(scene: Scene, user: KnownUser): Promise<void> {
  if (user.authenticators.filter(({ isBound }) => isBound !== 'no').length >= 3) return
  const instance = newInstance(user, 'enroll-passkey', 0)
  const tracked = await track(user, instance, 'add:authenticators')
  if (!tracked.known) return
  instance.exists = 'yes'
  const made = await user.client.asBrowser(String(tracked.body.token), `${passkeyPath}/registration-options`, {})
  if (!made.known || made.status !== 200) return
  const device = createSoftwareAuthenticator({ origin, signCount: 1 })
  const authenticator: KnownAuthenticator = { device, userAuthenticatorId: undefined, isBound: 'unknown', acceptedCount: 1, madeCount: 1 }
  user.authenticators.push(authenticator)
  const registrationCredential = device.create(made.body.options as CreationOptions)
  const body = { registrationCredential, challengeId: made.body.challengeId }
  const replies = await Promise.all([1, 2].map(() => user.client.asBrowser(String(tracked.body.token), passkeyPath, body)))
  const bound = replies.filter((reply) => reply.known && reply.status === 200)
  if (bound.length > 1) scene.violate(`I1: one registration of ${nameOf(user)} was accepted twice`)
  for (const reply of bound) {
    authenticator.isBound = 'yes'
    if (reply.known) authenticator.userAuthenticatorId = String(reply.body.userAuthenticatorId)
  }
  if (bound.length === 0 && replies.every(({ known }) => known)) authenticator.isBound = 'no'
}

/** Asks for options and answers them, twice at once, with a passkey of the user. */
async function answer(scene: Scene, user: KnownUser): Promise<void> {
  const [instance, authenticator] = [pickInstance(scene, user, (one) => isTracked(one) && one.token !== undefined), pickBound(scene, user)]
  if (instance?.token === undefined || authenticator === undefined) return
  const { token } = instance
  const options = await user.client.asBrowser(token, `${passkeyPath}/authentication-options`, {})
  if (!options.known || options.status !== 200) return
  authenticator.madeCount += 1
  const sent: SentAnswer = {
    token,
    body: {
      authenticationCredential: authenticator.device.get(options.body.options as RequestOptions),
      challengeId: options.body.challengeId,
    },
    instance,
    authenticator,
    signCount: authenticator.madeCount,
    accepted: 0,
  }
  const before = { ...instance }
  instance.isAnswered = true
  // Before it is sent: whatever is read from now on may show it.
  instance.states = new Set([...(before.states ?? []), ...succeeded])
  user.answers.push(sent)
  const replies = await Promise.all([1, 2].map(() => user.client.asBrowser(token, '/verify/passkey', sent.body)))
  for (const reply of replies) {
    if (!reply.known || reply.status !== 200) continue
    sent.accepted += 1
    notePassed(sent, String(reply.body.accessToken))
    if (before.failures >= maxAnswers) scene.violate(`I2: ${instance.idempotencyKey} was passed after ${before.failures} wrong answers`)
    if (before.isDisputed === 'yes') scene.violate(`${instance.idempotencyKey} was passed after it was disputed`)
    if (authenticator.isBound === 'no') scene.violate(`${instance.idempotencyKey} was passed with a removed authenticator`)
  }
  if (sent.accepted > 1) scene.violate(`I1: one answer to ${instance.idempotencyKey} was accepted ${sent.accepted} times`)
  // Refused, both of them: nothing has come of it, unless one was the last that could be wrong.
  if (sent.accepted === 0 && replies.every(({ known }) => known)) {
    if (before.states !== undefined) instance.states = new Set([...before.states, 'CHALLENGE_FAILED'])
  } else if (sent.accepted === 0) {
    instance.states = new Set([...instance.states, 'CHALLENGE_FAILED'])
  }
}

async function answerWrongly(scene: Scene, user: KnownUser): Promise<void> {
  const [instance, authenticator] = [pickInstance(scene, user, (one) => isTracked(one) && one.token !== undefined), pickBound(scene, user)]
  if (instance?.token === undefined || authenticator === undefined) return
  for (let tries = 0; tries < 3; tries++) {
    const options = await user.client.asBrowser(instance.token, `${passkeyPath}/authentication-options`, {})
    if (!options.known || options.status !== 200) return
    authenticator.madeCount += 1
    const authenticationCredential = authenticator.device.get(options.body.options as RequestOptions, {
      signature: (signature) => Buffer.concat([signature.subarray(0, -1), Buffer.from([(signature.at(-1) ?? 0) ^ 1])]),
    })
    if (instance.states !== undefined) instance.states = new Set([...instance.states, 'CHALLENGE_FAILED'])
    const body = { authenticationCredential, challengeId: options.body.challengeId }
    const reply = await user.client.asBrowser(instance.token, '/verify/passkey', body)
    if (!reply.known) continue
    if (reply.status === 200) scene.violate(`a wrong answer to ${instance.idempotencyKey} was accepted`)
    if (reply.body.errorCode === 'invalid_credential') instance.failures += 1
  }
}

/** Sends an answer again that was sent before, perhaps to a server that has died since. */
async function replay(scene: Scene, user: KnownUser): Promise<void> {
  if (user.answers.length === 0) return
  const sent = scene.random.pick(user.answers)
  const { instance } = sent
  const before = instance.states
  // If nobody knows what became of it, it may be accepted now, and the server killed before it says so.
  if (sent.accepted === 0 && before !== undefined) instance.states = new Set([...before, ...succeeded])
  const reply = await user.client.asBrowser(sent.token, '/verify/passkey', sent.body)
  if (!reply.known) return
  if (reply.status !== 200) {
    instance.states = before
    return
  }
  sent.accepted += 1
  // If nobody knew what became of an answer and it is accepted now, it was not accepted before.
  if (sent.accepted > 1) scene.violate(`I3: an answer of ${nameOf(user)} was accepted again`)
  notePassed(sent, String(reply.body.accessToken))
}

function notePassed({ instance, authenticator, signCount }: SentAnswer, token: string): void {
  authenticator.acceptedCount = Math.max(authenticator.acceptedCount, signCount)
  instance.states = succeeded
  instance.approvals = 0
  instance.results.push({ token, authenticator })
}

async function validate(scene: Scene, user: KnownUser): Promise<void> {
  const instance = pickInstance(scene, user, isTracked)
  if (instance === undefined) return
  const result = instance.results.at(-1)
  const token = result !== undefined && scene.random.chance(0.8) ? result.token : instance.token
  if (token === undefined) return
  const replies = await Promise.all([1, 2, 3].map(() => user.client.asServer('POST', '/validate', { token })))
  for (const reply of replies) {
    if (!reply.known || reply.body.isValid !== true) continue
    instance.approvals += 1
    const { idempotencyKey, userId, state, custom } = reply.body
    if (!instance.isAnswered || token !== result?.token) scene.violate(`I4: ${instance.idempotencyKey} is valid without a passed challenge`)
    if (idempotencyKey !== instance.idempotencyKey || userId !== user.userId || state !== 'CHALLENGE_SUCCEEDED') {
      scene.violate(
        `I4: a token of ${instance.idempotencyKey} is valid for ${String(idempotencyKey)} of ${String(userId)}, ${String(state)}`,
      )
    }
    if ((custom as { amount?: unknown } | undefined)?.amount !== instance.amount) {
      scene.violate(`I4: ${instance.idempotencyKey} is valid for another amount`)
    }
    if (instance.isDisputed === 'yes') scene.violate(`I4: ${instance.idempotencyKey} is valid though it was disputed`)
    if (result?.authenticator.isBound === 'no') scene.violate(`I4: ${instance.idempotencyKey} is valid with a removed authenticator`)
  }
  if (instance.approvals > 1) scene.violate(`I3: the challenge of ${instance.idempotencyKey} approved ${instance.approvals} times`)
}

async function dispute(scene: Scene, user: KnownUser): Promise<void> {
  const instance = pickInstance(scene, user, (one) => isTracked(one) && one.exists === 'yes')
  if (instance === undefined) return
  if (instance.isDisputed === 'no') instance.isDisputed = 'unknown'
  if (instance.states !== undefined) instance.states = new Set([...instance.states].flatMap((state) => [state, ...(endings[state] ?? [])]))
  const reply = await user.client.asServer('POST', `${pathOf(user, instance)}/dispute`)
  if (!reply.known) return
  if (reply.status === 200) {
    instance.isDisputed = 'yes'
    instance.states = new Set([String(reply.body.state)])
  } else scene.violate(`a dispute of ${instance.idempotencyKey} was answered with ${reply.status}`)
}

async function setState(scene: Scene, user: KnownUser): Promise<void> {
  const instance = pickInstance(scene, user, (one) => isTracked(one) && one.exists === 'yes' && one.results.length === 0)
  if (instance === undefined) return
  const state = scene.random.pick(['BLOCK', 'ALLOW', 'CHALLENGE_REQUIRED', 'REVIEW_REQUIRED'])
  if (instance.states !== undefined) instance.states = new Set([...instance.states, state])
  const reply = await user.client.asServer('PATCH', pathOf(user, instance), { state })
  if (reply.known && reply.status === 200) instance.states = new Set([state])
}

async function remove(scene: Scene, user: KnownUser): Promise<void> {
  const authenticator = pickBound(scene, user)
  if (authenticator?.userAuthenticatorId === undefined) return
  authenticator.isBound = 'unknown'
  const reply = await user.client.asServer('DELETE', `/users/${user.userId}/authenticators/${authenticator.userAuthenticatorId}`)
  if (reply.known && reply.status === 200) authenticator.isBound = 'no'
  else if (reply.known) scene.violate(`I5: an authenticator of ${nameOf(user)} that was bound is answered with ${reply.status}`)
}

async function erase(_scene: Scene, user: KnownUser): Promise<void> {
  user.isErased = 'unknown'
  const reply = await user.client.asServer('DELETE', `/users/${user.userId}`)
  if (reply.known && reply.status === 200) forget(user)
}

function pickInstance(scene: Scene, user: KnownUser, isFit: (instance: KnownInstance) => boolean): KnownInstance | undefined {
  const fit = [...user.instances.values()].filter(isFit).slice(-8)
  return fit.length === 0 ? undefined : scene.random.pick(fit)
}

function pickBound(scene: Scene, user: KnownUser): KnownAuthenticator | undefined {
  const bound = user.authenticators.filter(({ isBound }) => isBound === 'yes')
  return bound.length === 0 ? undefined : scene.random.pick(bound)
}
