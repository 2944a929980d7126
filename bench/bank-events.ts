import { mulberry32 } from './random.ts'

/** One transfer, as an application tracks it. */
export interface BankEvent {
  userId: string
  idempotencyKey: string
  ipAddress: string
  userAgent: string
  deviceId: string
  custom: { transactionValue: number; recipient: string }
}

export const userAgents: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
]

/**
 * Draws transfers of a bank with `users` customers, each with their own address and device. Amounts are mostly small. The same seed gives the
 * same sequence.
 */
export function bankEvents(users: number, seed: number): () => BankEvent {
  const random = mulberry32(seed)
  let count = 0
  return () => {
    const user = Math.floor(random() * users)
    count++
    const idempotencyKey = `${seed}-${count}-${Math.floor(random() * 1e12).toString(36)}`
    return eventOf(user, idempotencyKey, Math.floor(random() ** 4 * 5000), `NZ12-3456-${Math.floor(random() * 1e7)}`)
  }
}

/** One transfer of each customer in turn, so that a profile of every customer exists. */
export function firstBankEvents(users: number): () => BankEvent {
  let count = 0
  return () => {
    count++
    return eventOf(count % users, `first-${count}`, 10, 'NZ12-3456-1')
  }
}

/** The first transfer of a customer. */
export function firstBankEvent(user: number): BankEvent {
  return eventOf(user, `first-${user}`, 10, 'NZ12-3456-1')
}

/** Devices, and addresses, of a customer whose profile is full. */
export const fullProfile = 256

/** The devices and addresses that `fullBankEvents` draws for a customer. */
export function fullProfileOf(user: number): { userId: string; devices: string[]; addresses: string[] } {
  const numbers = Array.from({ length: fullProfile }, (_, n) => n)
  return {
    userId: `user-${user}`,
    devices: numbers.map((n) => nthDevice(user, n)),
    addresses: numbers.map((n) => nthAddress(user, n)),
  }
}

/** Draws transfers of customers who each use many devices and addresses, one at random each time. The same seed gives the same sequence. */
export function fullBankEvents(users: number, seed: number): () => BankEvent {
  const random = mulberry32(seed)
  const next = bankEvents(users, seed)
  return () => {
    const event = next()
    return withDevice(event, Math.floor(random() * fullProfile), Math.floor(random() * fullProfile))
  }
}

/** One transfer of each customer in turn with each device and address. */
export function firstFullBankEvents(users: number): () => BankEvent {
  const next = firstBankEvents(users)
  let count = 0
  return () => {
    const n = Math.floor(count++ / users) % fullProfile
    return withDevice(next(), n, n)
  }
}

function withDevice(event: BankEvent, device: number, address: number): BankEvent {
  const user = Number(event.userId.slice('user-'.length))
  return { ...event, deviceId: nthDevice(user, device), ipAddress: nthAddress(user, address) }
}

function nthDevice(user: number, n: number): string {
  return `6f1ed002-ab5c-4f3a-9d6e-${(user * fullProfile + n).toString(16).padStart(12, '0')}`
}

function nthAddress(user: number, n: number): string {
  return `${accessNetworks[n % accessNetworks.length]}.${n >> 2}.${user % 256}.${(user >> 8) % 256}`
}

function eventOf(user: number, idempotencyKey: string, transactionValue: number, recipient: string): BankEvent {
  return {
    userId: `user-${user}`,
    idempotencyKey,
    ipAddress: addressOf(user),
    userAgent: userAgents[user % userAgents.length] as string,
    deviceId: `6f1ed002-ab5c-4f3a-9d6e-${user.toString(16).padStart(12, '0')}`,
    custom: { transactionValue, recipient },
  }
}

/** First bytes of addresses of access networks in several countries. */
const accessNetworks = [118, 86, 73, 203, 91]

function addressOf(user: number): string {
  return `${accessNetworks[user % accessNetworks.length]}.${(user >> 16) % 64}.${(user >> 8) % 256}.${user % 256}`
}
