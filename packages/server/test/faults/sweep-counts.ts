import assert from 'node:assert/strict'
import { codeOf } from '../support/code-of.ts'
import { followSentCodes } from '../support/sent-codes.ts'
import { type Answer, createCeremonies, type Headers } from '../support/test-ceremony.ts'
import type { FaultyWay, SweepOptions } from './sweep.ts'

/** What is counted of one tenant: wrong answers in a row, tries of all windows, messages on record, messages that were handed over, and codes that can be answered. */
interface Counts {
  inARow: number
  taken: ReadonlyMap<string, number>
  sends: number
  handedOver: number
  answerable: number
}

interface Prepared {
  /** Sends the same request each time. */
  send(): Promise<Answer>
}

interface Case {
  title: string
  kind: 'message' | 'wrong answer' | 'right answer'
  prepare(): Promise<Prepared>
}

const maxCalls = 200
/** Longer than every window of the limits of messages. */
const pauseMs = 25 * 60 * 60_000

/**
 * Lets every call to the store that a request for a code or an answer to one makes fail once. Of each it holds that
 *
 * - a message is on record once, and counts once for each limit, when it was handed over, and not at all when it was not;
 * - a code that was handed over can be answered;
 * - an answer that was judged stays counted as wrong, and none counts more often than it was sent;
 * - a right answer that counts in the end leaves no wrong answer in a row.
 *
 * Where everything fails from some call on, or the answer to a count is lost, nothing can be given back: a message may then count that was not sent. Answers
 * with how many calls failed.
 */
export async function sweepCounts<Way extends string>({ made, store, faults, ways, first, clock }: SweepOptions<Way>): Promise<number> {
  const sent = followSentCodes()
  sent.follow(made)
  const client = createCeremonies(made)
  const { tenantId } = made.tenant
  for (const path of ['email-otp', 'authenticator-app'])
    await client.send('POST', `/management/authenticator-configurations/${path}`, made.asManagement, {})
  let users = 0
  const scope = 'add:authenticators'
  const post = (path: string, headers: Headers, body: object = {}) => client.send('POST', path, headers, body)
  const newUser = () => `counted-${++users}`

  async function bound(): Promise<string> {
    const userId = newUser()
    const email = `${userId}@example.com`
    assert.equal((await post(`/users/${userId}/authenticators`, made.asServer, { verificationMethod: 'EMAIL_OTP', email })).status, 200)
    return userId
  }

  async function challenged(userId: string): Promise<Headers> {
    return made.withToken((await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')).token)
  }

  async function asked(): Promise<{ headers: Headers; code: string }> {
    const userId = await bound()
    const headers = await challenged(userId)
    assert.equal((await post('/client/challenge/email-otp', headers)).status, 200)
    return { headers, code: sent.lastTo(`${userId}@example.com`) }
  }

  async function binding(): Promise<{ headers: Headers; code: string }> {
    const userId = newUser()
    const email = `${userId}@example.com`
    const headers = made.withToken((await client.track(userId, 'enrol', { scope })).token)
    assert.equal((await post('/client/user-authenticators/email-otp', headers, { email })).status, 200)
    return { headers, code: sent.lastTo(email) }
  }

  const toUnknown = () => ({
    ...{ action: 'transfer', verificationMethod: 'EMAIL_OTP' },
    ...{ email: `${newUser()}@example.com`, userId: `known-${users}`, ipAddress: '203.0.113.9' },
  })

  async function askedByServer(): Promise<{ challengeId: string; code: string }> {
    const body = toUnknown()
    const { challengeId } = (await post('/challenge', made.asServer, body)).body
    return { challengeId: String(challengeId), code: sent.lastTo(body.email) }
  }

  async function withApp(): Promise<{ headers: Headers; seed: string }> {
    const userId = newUser()
    const binder = made.withToken((await client.track(userId, 'enrol', { scope })).token)
    const { secret } = (await post('/client/user-authenticators/totp', binder)).body
    const seed = String(secret)
    await post('/client/verify/totp', binder, { verificationCode: codeOf(seed, clock.now) })
    clock.now += 60_000
    return { headers: await challenged(userId), seed }
  }

  const another = (code: string) => code.replace(/./, (digit) => String((Number(digit) + 1) % 10))
  const cases: readonly Case[] = [
    {
      title: 'asking for a code by mail',
      kind: 'message',
      async prepare() {
        const headers = await challenged(await bound())
        return { send: () => post('/client/challenge/email-otp', headers) }
      },
    },
    {
      title: 'binding a mail address',
      kind: 'message',
      async prepare() {
        const userId = newUser()
        const headers = made.withToken((await client.track(userId, 'enrol', { scope })).token)
        return { send: () => post('/client/user-authenticators/email-otp', headers, { email: `${userId}@example.com` }) }
      },
    },
    {
      title: 'a code that the application asks for',
      kind: 'message',
      async prepare() {
        const body = toUnknown()
        return { send: () => post('/challenge', made.asServer, body) }
      },
    },
    {
      title: 'a wrong code by mail',
      kind: 'wrong answer',
      async prepare() {
        const { headers, code } = await asked()
        return { send: () => post('/client/verify/email-otp', headers, { verificationCode: another(code) }) }
      },
    },
    {
      title: 'a wrong code of an app',
      kind: 'wrong answer',
      async prepare() {
        const { headers, seed } = await withApp()
        return { send: () => post('/client/verify/totp', headers, { verificationCode: another(codeOf(seed, clock.now)) }) }
      },
    },
    {
      title: 'a wrong code that binds a mail address',
      kind: 'wrong answer',
      async prepare() {
        const { headers, code } = await binding()
        return { send: () => post('/client/verify/email-otp', headers, { verificationCode: another(code) }) }
      },
    },
    {
      title: 'a wrong code that the application checks',
      kind: 'wrong answer',
      async prepare() {
        const { challengeId, code } = await askedByServer()
        return { send: () => post('/verify', made.asServer, { challengeId, verificationCode: another(code) }) }
      },
    },
    {
      title: 'a right code that binds a mail address',
      kind: 'right answer',
      async prepare() {
        const { headers, code } = await binding()
        return { send: () => post('/client/verify/email-otp', headers, { verificationCode: code }) }
      },
    },
    {
      title: 'a right code by mail',
      kind: 'right answer',
      async prepare() {
        const { headers, code } = await asked()
        return { send: () => post('/client/verify/email-otp', headers, { verificationCode: code }) }
      },
    },
    {
      title: 'a right code of an app',
      kind: 'right answer',
      async prepare() {
        const { headers, seed } = await withApp()
        return { send: () => post('/client/verify/totp', headers, { verificationCode: codeOf(seed, clock.now) }) }
      },
    },
  ]

  async function count(): Promise<Counts> {
    const { db } = store
    const rows = await db.selectFrom('tries').select(['subject', 'taken', 'streak']).where('tenant_id', '=', tenantId).execute()
    const sends = await db.selectFrom('sends').select('send_id').where('tenant_id', '=', tenantId).execute()
    const codes = db.selectFrom('challenges').select('challenge_id').where('tenant_id', '=', tenantId).where('consumed_at', 'is', null)
    const messages = made.deps.delivery.record.list(tenantId).filter(({ kind }) => kind === 'code_by_mail')
    return {
      inARow: rows.reduce((sum, { streak }) => sum + Number(streak), 0),
      taken: new Map(rows.map(({ subject, taken }) => [subject, Number(taken)])),
      sends: sends.length,
      handedOver: messages.length,
      answerable: (await codes.where('expires_at', '>', clock.now).execute()).length,
    }
  }

  async function forgetAll(): Promise<void> {
    await store.db.deleteFrom('tries').where('tenant_id', '=', tenantId).execute()
    await store.db.deleteFrom('sends').where('tenant_id', '=', tenantId).execute()
    made.deps.delivery.record.forget(tenantId)
  }

  let failed = 0
  for (const { title, kind, prepare } of cases) {
    for (let call = 1, hasFailed = true; hasFailed; call += 1) {
      assert.ok(call < maxCalls, `there is no end to the calls of ${title}`)
      const { way, lasts = false, mayLeaveDoubt = false } = ways[(first + call) % ways.length] as FaultyWay<Way>
      const mayStay = lasts || mayLeaveDoubt
      const about = `${title}, call ${call} ${way}${lasts ? ' and all after it' : ''}`
      clock.now += pauseMs
      const { send } = await prepare()
      await forgetAll()
      faults.arm(call, way, lasts)
      const answer = await send()
      hasFailed = faults.disarm()
      if (hasFailed) failed += 1
      else assert.equal(answer.status, 200, `${about}: ${JSON.stringify(answer.body)}`)
      check(kind, await count(), { sent: 1, answers: [answer], mayStay }, about)
      if (answer.status === 200) continue
      assert.equal(answer.status, 503, `${about}: ${JSON.stringify(answer.body)}`)
      const again = await send()
      assert.ok(again.status < 500, `${about}, then again: ${JSON.stringify(again.body)}`)
      check(kind, await count(), { sent: 2, answers: [answer, again], mayStay }, `${about}, then again`)
    }
  }
  return failed
}

function check(
  kind: Case['kind'],
  { inARow, taken, sends, handedOver, answerable }: Counts,
  { sent, answers, mayStay }: { sent: number; answers: readonly Answer[]; mayStay: boolean },
  about: string,
): void {
  const windows = [...taken].filter(([, count]) => count > 0)
  if (kind === 'message') {
    assert.equal(sends, handedOver, `${about}: messages on record, and handed over`)
    for (const [subject, count] of windows)
      assert.ok(count >= handedOver && count <= (mayStay ? sent : handedOver), `${about}: ${subject} counts ${count} of ${handedOver}`)
    if (handedOver > 0) {
      assert.ok(windows.length > 0, `${about}: counted for no limit`)
      assert.ok(answerable > 0, `${about}: a code was sent that nobody can answer`)
    }
    return
  }
  const judged = answers.filter(({ status, body }) => status === 200 && body.isVerified === false).length
  const isPassed = answers.some(({ status, body }) => status === 200 && body.isVerified !== false)
  assert.ok(inARow <= sent, `${about}: ${inARow} wrong answers in a row`)
  for (const [subject, count] of windows) assert.ok(count <= sent, `${about}: ${subject} counts ${count} of ${sent}`)
  if (kind === 'wrong answer') {
    assert.ok(inARow >= judged, `${about}: a wrong answer is lost`)
    if (judged > 0) assert.ok(windows.length > 0 && windows.every(([, count]) => count >= judged), `${about}: a try is lost`)
  }
  if (isPassed) assert.equal(inARow, 0, `${about}: a right answer counts as wrong`)
}
