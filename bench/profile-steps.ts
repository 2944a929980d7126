import type { Profiler } from 'node:inspector'

/**
 * The steps of a request, with the code of each. A sample counts for the innermost frame that matches a pattern, so that the calls of a step
 * (a hash, JSON, a statement of SQLite) count for that step.
 */
export type Steps = readonly (readonly [step: string, code: RegExp])[]

const http: Steps = [
  ['authenticate', /\/http\/(authenticate|basic-credential)|\/src\/tenants\//],
  ['validate', /\/zod\/|\/http\/zod-compilers|\/fastify-type-provider-zod|\/fastify\/lib\/validation|\/passkeys\/credential-schema/],
  ['parse', /\/http\/accept-json-only|\/fastify\/lib\/content-type-parser|\/secure-json-parse/],
  ['metrics', /\/prom-client|\/http\/(metrics|measure-store|observe-requests)/],
  ['reply', /\/fastify\/lib\/reply|\/http\/answer-headers/],
]
const framework: Steps = [
  ['framework', /\/fastify\/|\/find-my-way\/|\/avvio\/|\/src\/http\//],
  // A digest, a buffer or an encoding counts for its caller.
  ['node: HTTP and sockets', /^node:(?!buffer|crypto|internal\/(buffer|crypto|encoding|errors|util|validators))/],
]

export const trackSteps: Steps = [
  ['write to disk and commit', /\/storage\/sqlite\/(group-commit|write-behind)/],
  ['encode and append', /\/storage\/(instance-row|sqlite\/(instance-log|key-index|user-rows|dictionary))/],
  ['snapshot', /\/storage\/|\/lru-cache/],
  ['decide', /\/packages\/engine\//],
  ['look-up of the address', /\/src\/ip\//],
  ['sign', /\/src\/tokens\//],
  ...http,
  ['track itself', /\/src\/(actions|users|challenges)\//],
  ...framework,
]

export const signInSteps: Steps = [
  ['write to disk and commit', /\/storage\/sqlite\/(group-commit|write-behind)/],
  ['read and write rows', /\/storage\/(instance-row|sqlite\/)/],
  ['signature', /\/passkeys\/(verify-signature|import-public-key)/],
  ['checks of the ceremony', /\/passkeys\/(verify-authentication|check-)/],
  ['seal the challenge, open it', /\/challenges\/challenge-seal|\/passkeys\/authentication-challenge/],
  ['statements: the library that builds them', /\/kysely\/|\/storage\/(prepare-query|straight-kysely)/],
  // A MAC counts for its caller: a token or a seal.
  ['sign', /\/src\/tokens\/(?!hmac)/],
  ...http,
  ['sign-in itself', /\/src\/(passkeys|challenges|users)\//],
  ...framework,
]

const anonymous: Readonly<Record<string, string>> = { '(garbage collector)': 'garbage collection', '(program)': 'node: HTTP and sockets' }
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
    const step = anonymous[functionName] ?? steps.find(([, code]) => code.test(url))?.[0] ?? next.inherited
    if (!waiting.has(functionName)) assigned.set(node.id, step)
    for (const child of node.children ?? []) open.push({ id: child, inherited: step })
  }
  return assigned
}
