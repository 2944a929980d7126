import { type BankEvent, bankEvents, firstBankEvents, firstFullBankEvents, fullBankEvents, fullProfile } from './bank-events.ts'
import { bankConditions } from './bank-rules.ts'
import { load } from './http-load.ts'
import { basic, toRequest } from './http-request.ts'
import type { PeerProcess } from './peer-process.ts'

/** The tenant of the benchmarks, with its keys, as the server's peer script reads them. */
export const secretKey = 'bench-secret-key-4f1c0d9be2a7486fb1e35c7a9d20e6f8'
const managementKey = 'bench-management-key-9a3e5b7c1d2f4860a8b6c4d2e0f1a3b5'
export const keys = { BENCH_SECRET_KEY: secretKey, BENCH_MANAGEMENT_KEY: managementKey }

/** Headers of the management API. */
export const managementHeaders = basic(managementKey)

/** The number of active rules in the bank. */
export const ruleCount = 20

const authorization = basic(secretKey)

/** Draws track requests as bytes. The same seed gives the same sequence. */
export function trackRequests(users: number, seed: number, action = 'transfer'): () => Buffer {
  const next = bankEvents(users, seed)
  return () => trackRequest(next(), action)
}

/** Draws track requests of customers with full profiles as bytes. */
export function fullTrackRequests(users: number, seed: number): () => Buffer {
  const next = fullBankEvents(users, seed)
  return () => trackRequest(next(), 'transfer')
}

function trackRequest({ userId, ...body }: BankEvent, action: string): Buffer {
  return toRequest('POST', `/v1/users/${userId}/actions/${action}`, authorization, body)
}

/** Creates the data points and rules of the bank, then tracks every customer twice, so that everybody has a history. */
export async function openBank(peer: PeerProcess, users: number): Promise<void> {
  await createRules(peer, ruleCount)
  await trackAll(peer, firstBankEvents(users), 2 * users)
}

/** Creates the data points and rules of the bank, then tracks every customer with each of their devices and addresses. */
export async function openFullBank(peer: PeerProcess, users: number): Promise<void> {
  await createRules(peer, ruleCount)
  await trackAll(peer, firstFullBankEvents(users), fullProfile * users)
}

/** Tracks a number of events, as fast as they are answered. */
export async function trackAll(peer: Pick<PeerProcess, 'port'>, next: () => BankEvent, count: number): Promise<void> {
  let left = count
  const nextRequest = () => {
    left -= 1
    return trackRequest(next(), 'transfer')
  }
  while (left > 0) await load({ port: peer.port, connections: 64, seconds: Math.min(5, 0.5 + left / 20_000), nextRequest })
}

/** Repeating it changes nothing. */
export async function createRules(peer: Pick<PeerProcess, 'port'>, count: number): Promise<void> {
  await manage(peer, 'POST', '/custom-data-points', { name: 'transactionValue', dataType: 'number', modelType: 'action' })
  await manage(peer, 'POST', '/custom-data-points', { name: 'recipient', dataType: 'text', modelType: 'action' })
  await manage(peer, 'PUT', '/action-configurations/transfer/policy', {
    defaultUserActionResult: 'ALLOW',
    rules: Array.from({ length: count }, (_, index) => ({ name: `rule ${index}`, type: 'CHALLENGE', conditions: bankConditions(index) })),
  })
}

/** Sends a request to the management API, and returns what it was answered. Something that already exists counts as created. */
export async function manage(
  { port }: Pick<PeerProcess, 'port'>,
  method: string,
  path: string,
  body: unknown,
  headers = {},
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/management${path}`, {
    method,
    headers: { ...managementHeaders, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok && response.status !== 409) throw new Error(`${path}: ${response.status} ${text}`)
  return text
}
