import type { Profiler } from 'node:inspector'

/** Where the code of a step stands: the beginning of a path in `packages`, or `npm:` and the name of a library. */
type Place = `server/src/${string}` | `engine/src/${string}` | `npm:${string}`

/**
 * The steps of a request, with the places of each. A sample counts for the innermost frame that stands at one of them, so that the calls of a step
 * (a hash, JSON, a statement of SQLite) count for that step.
 */
export type Steps = readonly (readonly [step: string, ...places: Place[]])[]

const http: Steps = [
  ['authenticate', 'server/src/callers/', 'server/src/http/basic-credential', 'server/src/configuration/tenant-directory'],
  [
    'validate',
    'npm:zod/',
    'npm:fastify-type-provider-zod/',
    'npm:fastify/lib/validation',
    'server/src/http/zod-compilers',
    'server/src/webauthn/credential-schema',
  ],
  ['parse', 'server/src/http/accept-json-only', 'server/src/http/read-json', 'npm:fastify/lib/content-type-parser'],
  ['metrics', 'npm:prom-client/', 'server/src/metrics/', 'server/src/app/measure-store', 'server/src/http/observe-requests'],
  ['reply', 'npm:fastify/lib/reply', 'server/src/http/answer-headers'],
]
const framework: Steps = [['framework', 'npm:fastify/', 'npm:find-my-way/', 'npm:avvio/', 'server/src/http/']]

export const trackSteps: Steps = [
  ['write to disk and commit', 'server/src/storage/sqlite/group-commit', 'server/src/storage/sqlite/write-behind'],
  [
    'encode and append',
    'server/src/storage/instance-row',
    'server/src/storage/sqlite/instance-log',
    'server/src/storage/sqlite/key-index',
    'server/src/storage/sqlite/user-rows',
    'server/src/storage/sqlite/dictionary',
  ],
  ['snapshot', 'server/src/storage/', 'npm:lru-cache/'],
  ['decide', 'engine/src/'],
  ['look-up of the address', 'server/src/ip/'],
  ['sign', 'server/src/tokens/'],
  ...http,
  ['track itself', 'server/src/actions/', 'server/src/users/', 'server/src/challenges/'],
  ...framework,
]

export const signInSteps: Steps = [
  ['write to disk and commit', 'server/src/storage/sqlite/group-commit', 'server/src/storage/sqlite/write-behind'],
  ['statements: the library that builds them', 'npm:kysely/', 'server/src/storage/prepare-query', 'server/src/storage/straight-kysely'],
  ['read and write rows', 'server/src/storage/'],
  ['audit entry', 'server/src/audit/'],
  ['signature', 'server/src/webauthn/verify-signature', 'server/src/webauthn/import-public-key'],
  ['checks of the ceremony', 'server/src/webauthn/verify-authentication', 'server/src/webauthn/check-'],
  [
    'seal the challenge, open it',
    'server/src/challenges/challenge-seal',
    'server/src/challenges/sealed-challenge',
    'server/src/webauthn/authentication-challenge',
  ],
  ['sign', 'server/src/tokens/'],
  ...http,
  ['sign-in itself', 'server/src/methods/', 'server/src/challenges/', 'server/src/users/'],
  ...framework,
]

const sockets = 'node: HTTP and sockets'
/** A digest, a buffer or an encoding counts for its caller. */
const socketCode = /^node:(?!buffer|crypto|internal\/(buffer|crypto|encoding|errors|util|validators))/

const anonymous: Readonly<Record<string, string>> = { '(garbage collector)': 'garbage collection', '(program)': sockets }
const waiting: ReadonlySet<string> = new Set(['(idle)'])

/** Microseconds of each step in a profile, in the order of the steps, without waiting. */
export function selfTimeByStep(
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  steps: Steps,
): [step: string, microseconds: number][] {
  const stepOfNode = assignSteps(nodes, steps)
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const step = stepOfNode.get(id)
    // A sample's time lasts until the next one.
    if (step !== undefined) times.set(step, (times.get(step) ?? 0) + (timeDeltas[index + 1] ?? 0))
  }
  const order = [...new Set([...steps.map(([step]) => step), ...Object.values(anonymous), 'other'])]
  return order.flatMap((step) => (times.has(step) ? [[step, times.get(step) ?? 0]] : []))
}

function assignSteps(nodes: readonly Profiler.ProfileNode[], steps: Steps): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const assigned = new Map<number, string>()
  const root = nodes[0]
  if (root === undefined) return assigned
  const open: { id: number; inherited: string }[] = [{ id: root.id, inherited: 'other' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = byId.get(next.id)
    if (node === undefined) continue
    const { functionName, url } = node.callFrame
    const step = anonymous[functionName] ?? stepOf(url, steps) ?? next.inherited
    if (!waiting.has(functionName)) assigned.set(node.id, step)
    for (const child of node.children ?? []) open.push({ id: child, inherited: step })
  }
  return assigned
}

function stepOf(url: string, steps: Steps): string | undefined {
  if (socketCode.test(url)) return sockets
  return steps.find(([, ...places]) => places.some((place) => url.includes(partOfUrl(place))))?.[0]
}

function partOfUrl(place: Place): string {
  return place.startsWith('npm:') ? `/node_modules/${place.slice(4)}` : `/packages/${place}`
}
