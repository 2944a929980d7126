import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { backupDatabase } from '../../src/storage/sqlite/backup-database.ts'
import { restoreDatabase } from '../../src/storage/sqlite/restore-database.ts'
import { exportUser } from '../../src/user-archive/export-user.ts'
import { exportUsers } from '../../src/user-archive/export-users.ts'
import { importUsers } from '../../src/user-archive/import-users.ts'
import { setEnrolmentFreeze } from '../../src/user-record/enrolment-freeze.ts'
import { findTraces } from '../support/find-traces.ts'
import type { TestApp, TestAppOptions } from '../support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, type Tracked } from '../support/test-ceremony.ts'
import type { MethodDriver } from './method-driver.ts'

const scope = 'add:authenticators'
const code = ({ status, body }: Answer) => [status, body.errorCode]
const notInScope = [403, 'insufficient_scope']
const unusable = [400, 'invalid_request']
const notAccepted = [400, 'invalid_credential']
const isPassed = ({ status, body }: Answer) => status === 200 && body.isVerified !== false

/** What every verification method holds to, whatever its proof is. */
export function checkMethodContract<Device>(
  driver: MethodDriver<Device>,
  createApp: (options: Pick<TestAppOptions, 'clock' | 'restored'>) => Promise<TestApp>,
): void {
  const { name, noun, configuration, isGuessable } = driver.method
  const {
    takesCodes = false,
    asksNothing = false,
    bindingTries = 1,
    isRecovery = false,
    lifetimeMs = 5 * 60_000,
    bindsAtOnce = false,
    mostSends = Number.POSITIVE_INFINITY,
  } = driver
  const configurationPath = `/management/authenticator-configurations/${configuration.path}`
  let now = 1_750_000_000_000
  let app: TestApp
  let client: Ceremonies
  let users = 0
  const newUser = () => `user-${++users}`

  interface Bound {
    userId: string
    device: Device
    userAuthenticatorId: string
    accessToken: string
  }

  async function bind(userId: string, token: string): Promise<Bound> {
    const begun = await driver.beginBinding(client, app.withToken(token))
    assert.equal(begun.status, 200, JSON.stringify(begun.body))
    const { device, answer } = await driver.finishBinding(client, app.withToken(token), begun, true)
    assert.ok(isPassed(answer), JSON.stringify(answer.body))
    return { userId, device, userAuthenticatorId: String(answer.body.userAuthenticatorId), accessToken: String(answer.body.accessToken) }
  }

  async function enrol(userId = newUser()): Promise<Bound> {
    return bind(userId, (await client.track(userId, 'enrol', { scope })).token)
  }

  const challenged = ({ userId }: { userId: string }, attributes = {}) => client.track(userId, 'transfer', attributes, 'CHALLENGE_REQUIRED')

  async function begin({ token }: Pick<Tracked, 'token'>): Promise<Answer> {
    const begun = await driver.beginChallenge(client, app.withToken(token))
    assert.equal(begun.status, 200, JSON.stringify(begun.body))
    return begun
  }

  async function answer(
    tracked: Tracked,
    { device }: Pick<Bound, 'device'>,
    isRight = true,
    extra?: { deviceId: string },
  ): Promise<Answer> {
    return driver.answerChallenge(client, app.withToken(tracked.token), await begin(tracked), device, isRight, extra)
  }

  /** The answer names no challenge that could be named as unusable, so any refusal will do. */
  function assertUnusable(refused: Answer): void {
    if (takesCodes) assert.ok(!isPassed(refused), JSON.stringify(refused.body))
    else assert.deepEqual(code(refused), unusable)
  }

  function assertWrong(refused: Answer, isLast: boolean): void {
    if (!takesCodes) {
      assert.deepEqual(code(refused), notAccepted)
      assert.equal(refused.body.errorDescription, `the ${noun} was not accepted`)
      return
    }
    assert.equal(refused.status, 200, JSON.stringify(refused.body))
    assert.deepEqual(refused.body, { isVerified: false, failureReason: isLast ? 'MAX_ATTEMPTS_EXCEEDED' : 'CODE_INVALID_OR_EXPIRED' })
  }

  const listed = async (userId: string) => {
    const reply = await app.app.inject({ url: `/v1/users/${userId}/authenticators`, headers: app.asServer })
    return reply.json<Record<string, unknown>[]>()
  }

  const remove = ({ userId, userAuthenticatorId }: Bound) =>
    client.send('DELETE', `/users/${userId}/authenticators/${userAuthenticatorId}`, app.asServer)

  const auditOf = async (userId: string) => {
    const rows = await app.deps.store.db.selectFrom('audit_log').selectAll().where('user_id', '=', userId).orderBy('audit_id').execute()
    return rows.map(({ event, actor, ip_address, details }) => ({ event, actor, ip_address, details: JSON.parse(details) }))
  }

  describe(`${noun}: what every method holds to`, () => {
    before(async () => {
      app = await createApp({ clock: () => now })
      client = createCeremonies(app)
      const known = await client.send('GET', configurationPath, app.asManagement)
      if (known.status === 404) {
        assert.equal((await client.send('POST', configurationPath, app.asManagement, driver.settings)).status, 200)
      }
      await driver.prepare?.(client, app.asManagement)
      // A token outlives every challenge, so that it is the challenge that expires.
      await client.send('PATCH', '/management/tenant', app.asManagement, { tokenDurationInMinutes: 30 })
    })
    after(() => app.close())

    test('its configuration is made once, changed, switched off and removed', async () => {
      const other = await app.addTenant()
      const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', body?: object) =>
        client.send(method, configurationPath, other.asManagement, body)
      await send('DELETE')
      assert.deepEqual(code(await send('GET')), [404, 'not_found'])
      const made = await send('POST', driver.settings)
      assert.equal(made.status, 200, JSON.stringify(made.body))
      assert.deepEqual(made.body, {
        ...driver.settings,
        authenticatorId: made.body.authenticatorId,
        verificationMethod: name,
        isActive: true,
      })
      assert.deepEqual(code(await send('POST', driver.settings)), [409, 'already_exists'])
      assert.deepEqual((await send('PATCH', { isActive: false })).body, { ...made.body, isActive: false })
      const byId = `/management/authenticator-configurations/${made.body.authenticatorId}`
      assert.deepEqual((await client.send('PATCH', byId, other.asManagement, { isActive: true })).body, made.body)
      const list = (await client.send('GET', '/authenticators', other.asServer)).body as unknown as Record<string, unknown>[]
      assert.ok(list.some((one) => one.verificationMethod === name && one.isActive === true))
      assert.equal((await send('DELETE')).status, 200)
      assert.deepEqual(code(await send('PATCH', {})), [404, 'not_found'])
    })

    test('EN-01, EN-02: it is bound with the scope the application asked for, where the action allows it', async () => {
      const userId = newUser()
      const mayBegin = async (attributes: object, state?: string) =>
        code(await driver.beginBinding(client, app.withToken((await client.track(userId, 'enrol', attributes, state)).token)))
      assert.deepEqual(await mayBegin({}), notInScope)
      assert.deepEqual(await mayBegin({ scope }, 'BLOCK'), notInScope)
      assert.deepEqual(await mayBegin({ scope }, 'REVIEW_REQUIRED'), notInScope)
      assert.deepEqual(await mayBegin({ scope }, 'CHALLENGE_REQUIRED'), [200, undefined])
      await enrol(userId)
      assert.deepEqual(await mayBegin({}), notInScope)
      assert.deepEqual(await mayBegin({ scope }, 'CHALLENGE_REQUIRED'), notInScope)
      assert.deepEqual(await mayBegin({ scope }), [200, undefined])
    })

    test('EN-01: whoever may no longer bind when the answer comes binds nothing', async (t) => {
      if (bindsAtOnce) return t.skip('nothing is begun')
      const tracked = await client.track(newUser(), 'enrol', { scope })
      const begun = await driver.beginBinding(client, app.withToken(tracked.token))
      await client.setState(tracked, 'BLOCK')
      const { answer: refused } = await driver.finishBinding(client, app.withToken(tracked.token), begun, true)
      assert.deepEqual(code(refused), notInScope)
      assert.deepEqual(await listed(tracked.userId), [])
    })

    test('EN-03, EN-09: a binding is finished once, in a few minutes, by the token that began it, and a token binds one', async (t) => {
      if (bindsAtOnce) return t.skip('nothing is begun')
      const userId = newUser()
      const first = await client.track(userId, 'enrol', { scope })
      const second = await client.track(userId, 'enrol', { scope })
      const begun = await driver.beginBinding(client, app.withToken(first.token))
      const finish = async (token: string, which: Answer) => (await driver.finishBinding(client, app.withToken(token), which, true)).answer
      assertUnusable(await finish(second.token, begun))
      now += 1000
      const another = await driver.beginBinding(client, app.withToken(first.token))
      // A code is for the binding that was begun last.
      const [bound, other] = takesCodes ? [another, begun] : [begun, another]
      assert.ok(isPassed(await finish(first.token, bound)))
      assertUnusable(await finish(first.token, bound))
      if (takesCodes) assertUnusable(await finish(first.token, other))
      else assert.deepEqual(code(await finish(first.token, other)), notInScope)
      const late = await driver.beginBinding(client, app.withToken(second.token))
      now += lifetimeMs
      assertUnusable(await finish(second.token, late))
      assert.equal((await listed(userId)).length, 1)
    })

    test('a wrong answer binds nothing, and the last one uses the challenge up', async (t) => {
      if (bindsAtOnce) return t.skip('nothing is asked')
      const { token, userId } = await client.track(newUser(), 'enrol', { scope })
      const begun = await driver.beginBinding(client, app.withToken(token))
      for (let tries = 1; tries <= bindingTries; tries++) {
        assertWrong((await driver.finishBinding(client, app.withToken(token), begun, false)).answer, tries === bindingTries)
      }
      assertUnusable((await driver.finishBinding(client, app.withToken(token), begun, true)).answer)
      assert.deepEqual(await listed(userId), [])
    })

    test('an allowed action that bound it is approved, and the token that comes back begins nothing', async (t) => {
      if (bindsAtOnce) return t.skip('a binding that is not proved approves nothing')
      const { accessToken, userId } = await enrol()
      const validated = await client.validate(accessToken, { userId, action: 'enrol' })
      assert.deepEqual([validated.isValid, validated.state, validated.verificationMethod], [true, 'CHALLENGE_SUCCEEDED', name])
      assert.deepEqual(code(await driver.beginBinding(client, app.withToken(accessToken))), notInScope)
      if (!asksNothing) assert.deepEqual(code(await driver.beginChallenge(client, app.withToken(accessToken))), unusable)
    })

    test('the wire shows it with its times, and enrols its user', async () => {
      const bound = await enrol()
      const [shown, ...others] = await listed(bound.userId)
      assert.deepEqual(others, [])
      const { userAuthenticatorId, userId, verificationMethod, createdAt, verifiedAt, isDefault } = shown ?? {}
      const at = new Date(now).toISOString()
      assert.deepEqual(
        [userAuthenticatorId, userId, verificationMethod, createdAt, verifiedAt, isDefault],
        [bound.userAuthenticatorId, bound.userId, name, at, at, true],
      )
      const user = (await client.send('GET', `/users/${bound.userId}`, app.asServer)).body
      assert.deepEqual([user.isEnrolled, user.enrolledVerificationMethods, user.defaultVerificationMethod], [true, [name], name])
      const { token } = await client.track(bound.userId, 'login')
      const own = await client.send('GET', '/client/user-authenticators', app.withToken(token))
      assert.deepEqual(own.body, [shown])
    })

    test('a right answer passes the challenge, and approves that very instance once', async () => {
      const bound = await enrol()
      const tracked = await challenged(bound, { custom: { amount: 10 } })
      now += 1000
      const { status, body } = await answer(tracked, bound)
      assert.equal(status, 200, JSON.stringify(body))
      assert.deepEqual([body.isVerified, body.userId, body.userAuthenticatorId], [true, bound.userId, bound.userAuthenticatorId])
      assert.equal(await client.stateOf(tracked), 'CHALLENGE_SUCCEEDED')
      const validated = await client.validate(body.accessToken)
      assert.deepEqual(
        [validated.isValid, validated.idempotencyKey, validated.verificationMethod, validated.custom],
        [true, tracked.idempotencyKey, name, { amount: 10 }],
      )
      assert.equal((await client.validate(body.accessToken)).isConsumed, true)
      assert.equal((await client.validate(tracked.token)).isValid, false)
      assert.equal((await listed(bound.userId))[0]?.lastVerifiedAt, new Date(now).toISOString())
    })

    test('EN-01, RC-05: a passed challenge lets its user bind another, unless it was passed by a way back in', async () => {
      const bound = await enrol()
      const { body } = await answer(await challenged(bound), bound)
      if (isRecovery) {
        assert.deepEqual(code(await driver.beginBinding(client, app.withToken(String(body.accessToken)))), notInScope)
        return
      }
      await bind(bound.userId, String(body.accessToken))
      assert.equal((await listed(bound.userId)).length, driver.isOnly ? 1 : 2)
    })

    test('TX-06: of 20 times the same answer at once, one is accepted', async () => {
      const bound = await enrol()
      const tracked = await challenged(bound)
      const begun = await begin(tracked)
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => driver.answerChallenge(client, app.withToken(tracked.token), begun, bound.device, true)),
      )
      assert.equal(answers.filter(isPassed).length, 1)
    })

    test('A-03: a challenge is answered by the token it was made for, in a few minutes', async (t) => {
      if (asksNothing) return t.skip('the token is the challenge')
      if (driver.isCollectedByCode) return t.skip('a code stands for the token')
      const bound = await enrol()
      const tracked = await challenged(bound)
      const other = await challenged(bound)
      const begun = await begin(tracked)
      assertUnusable(await driver.answerChallenge(client, app.withToken(other.token), begun, bound.device, true))
      now += lifetimeMs
      assertUnusable(await driver.answerChallenge(client, app.withToken(tracked.token), begun, bound.device, true))
    })

    test('TX-08, TX-09: a wrong answer is refused without a reason, and the fifth ends the instance', async (t) => {
      if (mostSends < 9) return t.skip('it sends fewer messages than that')
      const bound = await enrol()
      const tracked = await challenged(bound)
      const open = await begin(tracked)
      for (let tries = 1; tries <= 5; tries++) {
        assertWrong(await answer(tracked, bound, false), tries === 5)
        assert.equal(await client.stateOf(tracked), tries < 5 ? 'CHALLENGE_REQUIRED' : 'CHALLENGE_FAILED')
      }
      assertUnusable(await driver.answerChallenge(client, app.withToken(tracked.token), open, bound.device, true))
      if (isGuessable && !driver.passesWhileThrottled) {
        // RL-04, RL-05: a new track begins no new count of guesses.
        const throttled = await answer(await challenged(bound), bound)
        assert.deepEqual([...code(throttled), throttled.headers['retry-after']], [429, 'too_many_requests', '30'])
        now += 30_000
      }
      assert.ok(isPassed(await answer(await challenged(bound), bound)), 'a new track helps')
    })

    test('RL-01, RL-02: of many wrong answers at once, five are judged where an answer can be guessed', async (t) => {
      const count = Math.min(20, mostSends - 2)
      if (!isGuessable || count < 6) return t.skip('nobody guesses it, or it sends fewer messages than that')
      const bound = await enrol()
      const asked = await Promise.all(
        Array.from({ length: count }, async () => {
          const tracked = await challenged(bound)
          return { tracked, begun: await begin(tracked) }
        }),
      )
      const replies = await Promise.all(
        asked.map(({ tracked, begun }) => driver.answerChallenge(client, app.withToken(tracked.token), begun, bound.device, false)),
      )
      const judged = replies.filter(({ status }) => status !== 429)
      assert.equal(judged.length, 5)
      for (const refused of judged) assertWrong(refused, false)
    })

    test('TX-04: only an instance that waits for a proof, or was allowed, is answered', async () => {
      const bound = await enrol()
      for (const state of ['BLOCK', 'REVIEW_REQUIRED', 'CHALLENGE_FAILED', 'CHALLENGE_SUCCEEDED']) {
        const { token } = await client.track(bound.userId, 'transfer', {}, state)
        const begun = await driver.beginChallenge(client, app.withToken(token))
        const refused = asksNothing ? await driver.answerChallenge(client, app.withToken(token), begun, bound.device, true) : begun
        assert.deepEqual(code(refused), unusable, state)
      }
      assert.ok(isPassed(await answer(await client.track(bound.userId, 'transfer'), bound)))
    })

    test('TX-05: it answers nothing where it is switched off, or was meanwhile', async () => {
      const bound = await enrol()
      const tracked = await challenged(bound)
      const begun = await begin(tracked)
      await client.send('PATCH', configurationPath, app.asManagement, { isActive: false })
      const refused = await driver.answerChallenge(client, app.withToken(tracked.token), begun, bound.device, true)
      assert.ok(refused.status >= 400, JSON.stringify(refused.body))
      if (!asksNothing) assert.ok((await driver.beginChallenge(client, app.withToken(tracked.token))).status >= 400)
      await client.send('PATCH', configurationPath, app.asManagement, { isActive: true })
      assert.ok(isPassed(await answer(tracked, bound)))
    })

    test('TK-10: a proof does not outlive its authenticator, nor a challenge', async () => {
      const bound = await enrol()
      const tracked = await challenged(bound)
      const passed = await answer(tracked, bound)
      const open = await challenged(bound)
      const begun = await begin(open)
      assert.equal((await remove(bound)).status, 200)
      assert.equal((await client.validate(passed.body.accessToken)).isValid, false)
      assert.ok(!isPassed(await driver.answerChallenge(client, app.withToken(open.token), begun, bound.device, true)))
      assert.equal(await client.stateOf(open), 'CHALLENGE_REQUIRED')
      assert.deepEqual(await listed(bound.userId), [])
      if (!asksNothing) assert.deepEqual(code(await driver.beginChallenge(client, app.withToken(open.token))), [400, 'not_enrolled'])
      const row = await app.deps.store.db
        .selectFrom('authenticators')
        .select(['removed_at', 'secret'])
        .where('user_authenticator_id', '=', bound.userAuthenticatorId)
        .executeTakeFirstOrThrow()
      assert.deepEqual([row.removed_at, row.secret], [now, null], 'EN-07: it stays on record, without its secret')
    })

    test('EN-06: binding, passing, refusing and removing are on the audit log', async () => {
      const bound = await enrol()
      const tracked = await challenged(bound)
      await answer(tracked, bound, false)
      now += 1000
      await answer(tracked, bound)
      now += 1000
      await remove(bound)
      const entries = (await auditOf(bound.userId)).filter(({ event }) => /^(authenticator|challenge)\./.test(event))
      assert.deepEqual(entries.map(({ event, actor }) => [event, actor]).sort(), [
        ['authenticator.created', 'user'],
        ['authenticator.deleted', 'secret_key'],
        ['challenge.passed', 'user'],
        ['challenge.refused', 'user'],
      ])
      for (const { event, ip_address, details } of entries) {
        assert.equal(ip_address, '127.0.0.1')
        assert.equal(details.userAuthenticatorId, bound.userAuthenticatorId)
        if (event !== 'authenticator.deleted') assert.equal(details.verificationMethod, name)
      }
    })

    test('EN-06: the user is told of a binding and of a removal, and an account that the user froze takes none', async () => {
      const userId = newUser()
      await client.send('PATCH', `/users/${userId}`, app.asServer, { email: `${userId}@mail.example`, emailVerified: true })
      await remove(await enrol(userId))
      const changes = (await auditOf(userId)).filter(({ event }) => event.startsWith('authenticator.'))
      assert.deepEqual(
        changes.map(({ details }) => details.notified),
        [['mail'], ['mail']],
      )
      await setEnrolmentFreeze(app.deps.store.db, app.tenant.tenantId, userId, now)
      const { token } = await client.track(userId, 'enrol', { scope })
      assert.deepEqual(code(await driver.beginBinding(client, app.withToken(token))), [403, 'enrolment_frozen'])
    })

    test('a proof puts the device on record with the method', async () => {
      const bound = await enrol()
      assert.ok(isPassed(await answer(await challenged(bound), bound, true, { deviceId: 'laptop' })))
      const reply = await app.app.inject({ url: `/v1/users/${bound.userId}/devices`, headers: app.asServer })
      const [device] = reply.json<Record<string, unknown>[]>()
      assert.deepEqual([device?.deviceId, device?.lastVerificationMethod], ['laptop', name])
    })

    test('its secrets are in no reply after the binding, no export, no audit entry, no log and no readable place of the store', async () => {
      const bound = await enrol()
      const tracked = await challenged(bound)
      const begun = await begin(tracked)
      const passed = await driver.answerChallenge(client, app.withToken(tracked.token), begun, bound.device, true)
      const { db } = app.deps.store
      const shown = JSON.stringify([
        begun.body,
        passed.body,
        await listed(bound.userId),
        await auditOf(bound.userId),
        await exportUser(app.deps, app.tenant.tenantId, bound.userId),
        await exportUsers(db, app.tenant.tenantId, undefined, 500),
      ])
      for (const secret of driver.secretsOf(bound.device)) {
        assert.ok(!shown.includes(secret))
        assert.ok(!app.logged().includes(secret))
      }
      assert.deepEqual(await findTraces(app.deps.store, app.deps.config.dataDir, driver.secretsOf(bound.device)), [])
    })

    test('LG-03: an erased user leaves no authenticator, and no token or challenge that works', async () => {
      const bound = await enrol()
      const tracked = await challenged(bound)
      const begun = await begin(tracked)
      assert.equal((await client.send('DELETE', `/users/${bound.userId}`, app.asServer)).status, 200)
      assert.ok((await driver.answerChallenge(client, app.withToken(tracked.token), begun, bound.device, true)).status >= 400)
      const rows = await app.deps.store.db.selectFrom('authenticators').selectAll().where('user_id', '=', bound.userId).execute()
      assert.deepEqual(rows, [])
    })

    test('users export has it, and an import keeps it usable or refuses it', async () => {
      const bound = await enrol()
      const { tenantId } = app.tenant
      const { users: all } = await exportUsers(app.deps.store.db, tenantId, undefined, 500)
      const user = all.find(({ userId }) => userId === bound.userId)
      assert.deepEqual(
        user?.authenticators?.map(({ verificationMethod, userAuthenticatorId }) => [verificationMethod, userAuthenticatorId]),
        [[name, bound.userAuthenticatorId]],
      )
      await client.send('DELETE', `/users/${bound.userId}`, app.asServer)
      const { imported, failures } = await importUsers(app.deps, tenantId, [user])
      assert.deepEqual([imported, failures.length], driver.isPortable ? [1, 0] : [0, 1])
      if (driver.isPortable) assert.ok(isPassed(await answer(await challenged(bound), bound)))
      else assert.deepEqual(await listed(bound.userId), [])
    })

    test('a backup that is restored keeps it usable', async (t) => {
      if (app.deps.store.kind !== 'sqlite') return t.skip('PostgreSQL has tools of its own, which take every column')
      const bound = await enrol()
      const dir = mkdtempSync(join(tmpdir(), 'sallyport-method-'))
      t.after(() => rmSync(dir, { recursive: true }))
      await backupDatabase(app.deps.config.dataDir, join(dir, 'copy.db'))
      restoreDatabase(join(dir, 'copy.db'), join(dir, 'restored'))
      const { masterKey, tenant } = app
      const live = app
      app = await createApp({ clock: () => now, restored: { dataDir: join(dir, 'restored'), masterKey, tenant } })
      client = createCeremonies(app)
      try {
        assert.ok(isPassed(await answer(await challenged(bound), bound)))
      } finally {
        await app.close()
        app = live
        client = createCeremonies(app)
      }
    })
  })
}
