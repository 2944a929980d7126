import { generateKeyPairSync, sign, verify } from 'node:crypto'
import type { Profiler } from 'node:inspector'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import {
  createSoftwareAuthenticator,
  type RequestOptions,
  type SoftwareAuthenticator,
} from '../../packages/server/test/support/software-authenticator.ts'
import { keys, secretKey } from '../bank.ts'
import { type Lane, loadFlows, openLanes } from '../http-load.ts'
import { basic, toRequest } from '../http-request.ts'
import { inTurns, toRow } from '../in-turns.ts'
import { type PeerProcess, startPeer } from '../peer-process.ts'
import { selfTimeByStep, signInSteps } from '../profile-steps.ts'
import type { BenchOptions, Measured, Section } from '../row.ts'

const users = 200
const connections = 32
const origin = 'http://localhost:3000'

/**
 * Measures a sign-in with a passkey by a user who has not yet been named: two calls over HTTP, for the options and for the answer, verified
 * and on disk. The authenticators are software in this process, which costs both servers the same.
 */
export async function passkey({ rounds, seconds }: BenchOptions): Promise<Measured> {
  const [ours, theirs] = await Promise.all([startPeer('sallyport-server.ts', [], keys), startPeer('better-auth-server.ts')])
  try {
    const authenticators = Array.from({ length: users }, () => createSoftwareAuthenticator({ origin }))
    await enrol(ours, authenticators)
    const passkeys = authenticators.map(({ credentialId, coseKey }) => ({
      credentialId,
      publicKey: Buffer.from(encodeCBOR(coseKey)).toString('base64'),
    }))
    await theirs.ask({ type: 'enrol', passkeys })
    let turn = 0
    const next = () => authenticators[turn++ % users] as SoftwareAuthenticator
    const figures = await inTurns(rounds, {
      ours: async () => (await loadFlows({ port: ours.port, connections, seconds }, (lane) => signIn(lane, next()))).rate,
      theirs: async () => (await loadFlows({ port: theirs.port, connections, seconds }, (lane) => signInThere(lane, next()))).rate,
      raw: () => verifyFor(seconds),
    })
    const section = await profileSignIns(ours, seconds, (lane) => signIn(lane, next()))
    const about = { name: 'passkey sign-in, two calls over HTTP', unit: 'sign-ins/s' }
    return {
      rows: [
        toRow(
          { ...about, peer: 'raw P-256 verification by `node:crypto`', atLeast: 0.25, note: 'one thread that does nothing else' },
          figures.ours ?? [],
          figures.raw ?? [],
        ),
        toRow(
          {
            ...about,
            peer: '`better-auth` with its passkey plugin',
            atLeast: 2,
            note: 'on SQLite, WAL, `synchronous=FULL`, with an index on credential ids added',
          },
          figures.ours ?? [],
          figures.theirs ?? [],
        ),
      ],
      sections: [section],
    }
  } finally {
    await Promise.all([ours.stop(), theirs.stop()])
  }
}

/** Shows where the time of a sign-in goes: profiles the server under load and counts each sample for the step whose code was running. */
async function profileSignIns(ours: PeerProcess, seconds: number, flow: (lane: Lane) => Promise<void>): Promise<Section> {
  const before = await ours.usage()
  const { requests: measured } = await loadFlows({ port: ours.port, connections, seconds }, flow)
  const processorTime = ((await ours.usage()).cpu - before.cpu) / measured
  await ours.ask({ type: 'startProfile' })
  const { requests } = await loadFlows({ port: ours.port, connections, seconds }, flow)
  const { profile } = await ours.ask<{ profile: Profiler.Profile }>({ type: 'stopProfile' })
  const perSignIn = selfTimeByStep(profile, signInSteps).map(([label, microseconds]) => ({ label, value: microseconds / requests }))
  const total = perSignIn.reduce((sum, { value }) => sum + value, 0)
  return {
    title: 'Where the time of a sign-in goes',
    text:
      `Sampled in the server under full load, both calls together: ${total.toFixed(0)} µs a sign-in on its main thread, where the signature is only handed to ` +
      `another one and waited for. Processor time of all its threads: ${processorTime.toFixed(0)} µs.`,
    table: {
      head: ['step', 'µs', 'share'],
      rows: perSignIn.map(({ label, value }) => [label, value.toFixed(1), `${((value / total) * 100).toFixed(0)} %`]),
    },
    plot: { kind: 'bars', file: 'sign-in-steps', unit: 'µs', bars: perSignIn },
  }
}

const asBrowser = { ...basic('bench'), Origin: origin }
const path = '/v1/client/user-authenticators/passkey'

async function signIn(lane: Lane, authenticator: SoftwareAuthenticator): Promise<void> {
  const { options, challengeId } = await post(lane, `${path}/authentication-options`, asBrowser, {})
  const authenticationCredential = authenticator.get(options)
  const answer = await post(lane, '/v1/client/verify/passkey', asBrowser, { authenticationCredential, challengeId })
  if (answer.isVerified !== true) throw new Error('a sign-in was refused')
}

async function signInThere(lane: Lane, authenticator: SoftwareAuthenticator): Promise<void> {
  const { head, body } = await lane.send(toRequest('GET', '/api/auth/passkey/generate-authenticate-options', { Origin: origin }))
  const Cookie = /set-cookie: ([^;\r]+)/i.exec(head)?.[1] ?? ''
  const response = authenticator.get(JSON.parse(body.toString()) as RequestOptions)
  const answer = await post(lane, '/api/auth/passkey/verify-authentication', { Origin: origin, Cookie }, { response })
  if (answer.session === undefined) throw new Error('a sign-in was refused')
}

async function enrol({ port }: PeerProcess, authenticators: readonly SoftwareAuthenticator[]): Promise<void> {
  const [lane] = await openLanes(port, 1)
  if (lane === undefined) return
  for (const [index, authenticator] of authenticators.entries()) {
    const tracked = await post(lane, `/v1/users/user-${index}/actions/enrol`, basic(secretKey), { scope: 'add:authenticators' })
    const withToken = { Authorization: `Bearer ${tracked.token}` }
    const { options, challengeId } = await post(lane, `${path}/registration-options`, withToken, {})
    await post(lane, path, withToken, { registrationCredential: authenticator.create(options), challengeId })
  }
  lane.close()
}

type Json = ReturnType<typeof JSON.parse>

async function post(lane: Lane, to: string, headers: Record<string, string>, body: object): Promise<Json> {
  return JSON.parse((await lane.send(toRequest('POST', to, headers, body))).body.toString())
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signed = Buffer.alloc(69, 7)
const signature = sign('sha256', signed, privateKey)

function verifyFor(seconds: number): number {
  const startedAt = performance.now()
  let count = 0
  while (performance.now() - startedAt < seconds * 1000) {
    for (let more = 0; more < 100; more++) if (verify('sha256', signed, publicKey, signature)) count++
  }
  return (count * 1000) / (performance.now() - startedAt)
}
