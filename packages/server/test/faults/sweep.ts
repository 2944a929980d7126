import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { errorBody } from '../../src/http/error-reply.ts'
import type { Store } from '../../src/storage/store.ts'
import { createKey } from '../../src/tenants/change-keys.ts'
import type { TestApp } from '../support/test-app.ts'
import type { FaultSwitch } from './fault-switch.ts'
import { type Chance, differences, openScanner, plain, type Scan, withoutChance } from './scan-store.ts'
import {
  type Body,
  createScene,
  deviceId,
  ipAddress,
  NotAnsweredError,
  otherUserId,
  type Scene,
  type Sent,
  type Step,
  scenario,
  userId,
} from './scenario.ts'

export interface SweepOptions<Way extends string> {
  /** The server under test, and the store beneath what fails. */
  made: TestApp
  store: Store
  faults: FaultSwitch<Way>
  /** How calls fail, in turn. None: the scenario is only played. */
  ways: readonly FaultyWay<Way>[]
  /** With which of the ways to begin: for all calls to have failed in all ways, the scenario is played with each. */
  first: number
  /** The server's. */
  clock: { now: number }
}

export interface FaultyWay<Way extends string> {
  way: Way
  /** And all calls after it, until the request is answered. */
  lasts?: boolean
  /** The store may make up for it: the request is answered as if nothing had been. */
  mayMakeUp?: boolean
  /** The request may be answered 503 although it was done. */
  mayLeaveDoubt?: boolean
}

/**
 * With which of the ways to begin: with one of them, so that each call fails in one of the ways. `FAULTS=all node --test …` lets each fail in each;
 * `FAULTS=1` plays again what a test printed.
 */
export function firstsOf(ways: readonly unknown[]): readonly number[] {
  if (process.env.FAULTS === 'all') return [...ways.keys()]
  return [Number(process.env.FAULTS || randomInt(ways.length))]
}

export interface Swept {
  /** Calls that failed, by what came of it. */
  refused: number
  madeUpFor: number
  inDoubt: number
}

interface Answer {
  status: number
  body: Body
  retryAfter: string | null
}

/** More calls than any request makes, and more rounds than that. */
const MAX_CALLS = 500
const MAX_ROUNDS = 200

/** Rows that anybody removes when their time is over. */
const expiring: ReadonlySet<string> = new Set(['challenges', 'consumed_tokens', 'user_sessions'])

const week = 7 * 24 * 60 * 60_000
const stepMs = 2_000

const refs = [
  { kind: 'user', key: userId },
  { kind: 'device', key: deviceId },
  { kind: 'address', key: ipAddress },
] as const

/**
 * Plays the scenario, and lets every call to the store that any of its requests makes fail once. Of each it holds that
 *
 * - the request is answered 503 with the error body and `Retry-After`, and the store has what it had before; or, where the store may make up for it, as without
 *   the fault, and the store has what it has without;
 * - the same request again is answered as without the fault, and the store has then what it has without. Nothing of the failure is left in the server.
 */
export async function sweep<Way extends string>(options: SweepOptions<Way>): Promise<Swept> {
  const { made, store, faults, ways, first, clock } = options
  const swept: Swept = { refused: 0, madeUpFor: 0, inDoubt: 0 }
  const url = await made.app.listen({ port: 0, host: '127.0.0.1' })
  const scanner = await openScanner(store)
  /** The answers to each step without a fault. */
  const expected = new Map<string, { answer: Answer; scan: Scan }>()
  /** The data of this round's tenant, where it is known. */
  let scanned: Scan | undefined
  const chances = new WeakMap<Scene, Chance>()
  /** The call of each step that fails next. */
  const next = new Map<string, number>()

  const bystander = await begin()
  for (const step of scenario) {
    clock.now += stepMs
    const sent = step.request(bystander)
    if (readsEvents(sent)) await store.foldReadSide()
    const answer = await send(sent)
    assert.equal(answer.status, statusOf(step), `${step.title}: ${JSON.stringify(answer.body)}`)
    bystander.answers.set(step.title, answer.body)
    expected.set(step.title, { answer, scan: withoutChance(await scan(bystander), chanceOf(bystander)) })
    next.set(step.title, 1)
  }
  const untouched = await scan(bystander)
  for (let round = 0; ways.length > 0 && next.size > 0; round++) {
    assert.ok(round < MAX_ROUNDS, `there is no end to the calls of ${[...next.keys()].join(', ')}`)
    await playRound()
  }
  const changed = differences(untouched, await scan(bystander)).filter((name) => !expiring.has(name))
  assert.deepEqual(changed, [], 'I9: another tenant is as it was')
  await scanner.close()
  return swept

  /** A new tenant, at the same time of another week. */
  async function begin(): Promise<Scene> {
    clock.now += week - (clock.now % week)
    const startedAt = clock.now
    const tenant = await made.addTenant()
    // Keys are listed in the order of their times.
    clock.now += 1
    const key = { tenantId: tenant.tenantId, kind: 'management', name: 'colleague' } as const
    const created = await createKey({ ...made.deps, cipher: made.cipher }, key, { kind: 'admin', id: 'colleague' })
    assert.ok(typeof created !== 'string')
    return createScene(tenant, { authorization: `Basic ${btoa(`${created.key}:`)}` }, startedAt)
  }

  /** A tenant's way through the scenario, as far as its client has the answers that it takes. */
  async function playRound(): Promise<void> {
    const scene = await begin()
    scanned = undefined
    for (const [place, step] of scenario.entries()) {
      if (!scenario.slice(place).some(({ title }) => next.has(title))) return
      clock.now += stepMs
      const sent = makeRequest(step, scene)
      if (sent === undefined) return
      if (readsEvents(sent)) await store.foldReadSide()
      const isTried = next.has(step.title)
      const answer = isTried ? await tryStep(step, sent, scene) : await send(sent)
      if (!isTried) scanned = undefined
      if (answer === undefined) continue
      assert.equal(answer.status, statusOf(step), `${step.title}: ${JSON.stringify(answer.body)}`)
      scene.answers.set(step.title, answer.body)
    }
  }

  /** Sends a request until it is answered well, each time with the next of its calls failing. `undefined`: it was done and not answered. */
  async function tryStep(step: Step, sent: Sent, scene: Scene): Promise<Answer | undefined> {
    let before = scanned ?? (await scan(scene))
    for (let call = next.get(step.title) ?? 1; call < MAX_CALLS; call++) {
      // A fault may leave tries counted, and a step is repeated more often than anybody may guess.
      await store.db.deleteFrom('tries').where('tenant_id', '=', scene.tenant.tenantId).execute()
      const {
        way,
        lasts = false,
        mayMakeUp = false,
        mayLeaveDoubt = false,
      } = ways[(first + call) % ways.length] ?? assert.fail('no way to fail')
      const about = `${step.title}, call ${call} ${way}${lasts ? ' and all after it' : ''}`
      // The same calls each time, whatever was read by the last one.
      made.deps.tenants.invalidate(scene.tenant.tenantId)
      if (!step.isCold) await made.deps.tenants.find(scene.tenant.tenantId)
      faults.arm(call, way, lasts)
      const answer = await send(sent)
      const hasFailed = faults.disarm()
      if (hasFailed) next.set(step.title, call + 1)
      else next.delete(step.title)
      const isReported = step.isReported === true && answer.body.failed !== 0
      if (answer.status === statusOf(step) && !isReported) {
        assert.ok(!hasFailed || mayMakeUp || step.mayIgnore, `${about}: answered as if nothing had been`)
        if (hasFailed) swept.madeUpFor += 1
        checkAnswer(step, answer, scene, about)
        await checkDone(step, scene, about)
        return answer
      }
      assert.ok(hasFailed, `${about}: ${JSON.stringify(answer)}`)
      if (isReported) assert.match(JSON.stringify(answer.body), /"failed":1.*"errorCode":"unavailable"/, about)
      else checkRefusal(answer, about)
      // What only reads leaves nothing behind either: that is looked at once, when it has answered.
      if (onlyReads(sent)) {
        swept.refused += 1
        continue
      }
      const after = await scan(scene)
      const changed = differences(before, after).filter((name) => !step.mayLeave?.includes(name))
      if (changed.length > 0) {
        assert.ok(mayLeaveDoubt, `${about}: refused, and this has changed:${show(before, after, changed)}`)
        swept.inDoubt += 1
        await checkDone(step, scene, about)
        if (!step.isOnce) return undefined
        const again = await send(sent)
        assert.ok(again.status < 500, `${about}, then again: ${JSON.stringify(again)}`)
        await checkDone(step, scene, `${about}, then again`)
        return again.status === 200 ? again : undefined
      }
      before = after
      swept.refused += 1
    }
    return assert.fail(`there is no end to the calls of ${step.title}`)
  }

  function checkRefusal({ status, body, retryAfter }: Answer, about: string): void {
    assert.equal(status, 503, `${about}: ${JSON.stringify(body)}`)
    assert.equal(errorBody.parse(body).errorCode, 'unavailable', about)
    assert.equal(retryAfter, '1', about)
  }

  function checkAnswer({ title }: Step, { body }: Answer, scene: Scene, about: string): void {
    const now = plain(withoutFirstSeen(body), chanceOf(scene))
    const usual = plain(withoutFirstSeen(expected.get(title)?.answer.body), chanceOf(bystander))
    assert.ok(now === usual, `${about}: not answered as without the fault:${show({ answer: [usual] }, { answer: [now] }, ['answer'])}`)
  }

  async function checkDone({ title }: Step, scene: Scene, about: string): Promise<void> {
    scanned = await scan(scene)
    const now = withoutChance(scanned, chanceOf(scene))
    const usual = expected.get(title)?.scan ?? {}
    const changed = differences(usual, now)
    assert.equal(changed.length, 0, `${about}: not as without the fault:${show(usual, now, changed)}`)
  }

  function chanceOf(scene: Scene): Chance {
    const { tenant, startedAt } = scene
    const chance = chances.get(scene) ?? { tenantId: tenant.tenantId, startedAt, known: new Map() }
    chances.set(scene, chance)
    return chance
  }

  function scan({ tenant }: Scene): Promise<Scan> {
    return scanner.scan(tenant.tenantId, [userId, otherUserId], refs)
  }

  async function send({ method, path, headers, body }: Sent): Promise<Answer> {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const answer = (await response.json()) as Body
    const cookie = response.headers.get('set-cookie')
    return {
      status: response.status,
      body: cookie === null ? answer : { ...answer, cookie },
      retryAfter: response.headers.get('retry-after'),
    }
  }
}

function makeRequest(step: Step, scene: Scene): Sent | undefined {
  try {
    return step.request(scene)
  } catch (error) {
    if (error instanceof NotAnsweredError) return undefined
    throw error
  }
}

/** From a little before where rows that one side has and the other has not begin to differ. */
function show(before: Scan, after: Scan, names: readonly string[]): string {
  const only = (here: Scan, there: Scan, name: string) => (here[name] ?? []).filter((row) => !there[name]?.includes(row)).join('\n')
  return names
    .map((name) => {
      const [was, is] = [only(before, after, name), only(after, before, name)]
      const same = [...was].findIndex((character, place) => character !== is[place])
      const part = (text: string) => text.slice(Math.max(0, same - 80), same + 200)
      return `\n${name}\n  - ${part(was)}\n  + ${part(is)}`
    })
    .join('')
}

/** One answer says that an action is new. A fault may swallow that answer; the audit log keeps the fact. */
function withoutFirstSeen(body: unknown): string {
  return (JSON.stringify(body) ?? 'undefined').replace(/,"warnings":\[\{"code":"action_first_seen","message":"[^"]*"\}\]/, '')
}

/** What is found depends on how far the read side is, which has a second for it. */
function readsEvents({ path }: Sent): boolean {
  return /^\/management\/(events|overview|reviews|labels)\b/.test(path)
}

/** An export is put on the audit log. */
function onlyReads({ method, path }: Sent): boolean {
  return method === 'GET' && !path.split('?')[0]?.endsWith('/export')
}

/** How a step is answered when it is done. */
function statusOf({ isProposal = false }: Step): number {
  return isProposal ? 202 : 200
}
