import type { PeerProcess } from './peer-process.ts'

export const secretKey = 'bench-secret-key-4f1c0d9be2a7486fb1e35c7a9d20e6f8'
export const managementKey = 'bench-management-key-9a3e5b7c1d2f4860a8b6c4d2e0f1a3b5'
export const keys = { BENCH_SECRET_KEY: secretKey, BENCH_MANAGEMENT_KEY: managementKey }

const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`
const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
]

/**
 * Track requests of a bank with `users` customers: each with an address, a device and a browser of their own, an idempotency key that is new
 * every time, amounts mostly small. The same sequence in every run.
 */
export function trackRequests(users: number, seed = 1): () => Buffer {
  const random = mulberry32(seed)
  let sent = 0
  return () => {
    const user = Math.floor(random() * users)
    sent++
    return request('POST', `/v1/users/user-${user}/actions/transfer`, {
      idempotencyKey: `${seed}-${sent}-${Math.floor(random() * 1e12).toString(36)}`,
      ipAddress: addressOf(user),
      userAgent: userAgents[user % userAgents.length],
      deviceId: `6f1ed002-ab5c-4f3a-9d6e-${user.toString(16).padStart(12, '0')}`,
      custom: { transactionValue: Math.floor(random() ** 4 * 5000), recipient: `NZ12-3456-${Math.floor(random() * 1e7)}` },
    })
  }
}

/** One request for each user in turn, so that every profile exists. */
export function firstRequests(users: number): () => Buffer {
  let user = 0
  return () => {
    user = (user + 1) % users
    return request('POST', `/v1/users/user-${user}/actions/transfer`, {
      ipAddress: addressOf(user),
      userAgent: userAgents[user % userAgents.length],
      deviceId: `6f1ed002-ab5c-4f3a-9d6e-${user.toString(16).padStart(12, '0')}`,
      custom: { transactionValue: 10, recipient: 'NZ12-3456-1' },
    })
  }
}

/** Addresses of access networks in several countries. */
function addressOf(user: number): string {
  const first = [118, 86, 73, 203, 91][user % 5]
  return `${first}.${(user >> 16) % 64}.${(user >> 8) % 256}.${user % 256}`
}

function request(method: string, path: string, body: unknown): Buffer {
  const text = JSON.stringify(body)
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}

/** Puts `count` rules in force, of the kinds that tenants write. Few of them match the requests above. */
export async function createRules(peer: PeerProcess, count: number): Promise<void> {
  await manage(peer, '/custom-data-points', { name: 'transactionValue', dataType: 'number', modelType: 'action' })
  await manage(peer, '/custom-data-points', { name: 'recipient', dataType: 'text', modelType: 'action' })
  for (let index = 0; index < Math.min(count, 100); index++) {
    const conditions = kindsOfRule[index % kindsOfRule.length]?.(index)
    await manage(peer, '/action-configurations/transfer/rules', {
      name: `rule ${index}`,
      isActive: true,
      priority: index,
      type: 'CHALLENGE',
      conditions,
    })
  }
}

const kindsOfRule: ((index: number) => unknown)[] = [
  () => ({ and: [{ '==': [{ var: 'ip.isTor' }, true] }] }),
  (index) => ({ '>': [{ var: 'custom.transactionValue' }, 4800 + index] }),
  (index) => ({ and: [{ '==': [{ var: 'device.isNew' }, true] }, { '>': [{ var: 'custom.transactionValue' }, 3000 + index] }] }),
  (index) => ({ in: [{ var: 'ip.location.country.countryCode' }, ['KP', 'IR', 'CU', `X${index % 10}`]] }),
  (index) => ({ or: [{ '>': [{ var: 'velocity.actions1h' }, 500 + index] }, { '>': [{ var: 'velocity.devices1h' }, 20 + index] }] }),
  () => ({ and: [{ '==': [{ var: 'device.isBot' }, true] }, { '!': { '==': [{ var: 'ip.isCrawler' }, true] } }] }),
  (index) => ({ and: [{ '==': [{ var: 'ip.isUnrecognized' }, true] }, { '>': [{ var: 'custom.transactionValue' }, 4900 + index] }] }),
  (index) => ({ and: [{ '==': [{ var: 'ip.isNewCountry' }, true] }, { '>=': [{ var: 'user.accountAgeDays' }, index] }] }),
  (index) => ({ '==': [{ var: 'custom.recipient' }, `NZ99-${index}`] }),
  (index) => ({ and: [{ '<': [{ var: 'time.hour' }, 24] }, { '>': [{ var: 'velocity.actions24h' }, 900 + index] }] }),
]

async function manage(peer: PeerProcess, path: string, body: unknown): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${peer.port}/v1/management${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${managementKey}:`).toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok && response.status !== 409) throw new Error(`${path}: ${response.status} ${await response.text()}`)
}

/** Small, fast, repeatable random numbers in [0, 1) (Tommy Ettinger's mulberry32). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
