import { createHmac } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Tenant } from '../configuration/tenant.ts'
import { findTarget, problemOfWebhookUrl, type ResolveHost } from './find-target.ts'
import { postOnce } from './post-once.ts'

/** How a call ended. */
export interface WebhookAnswer {
  /** The receiver answered with 2xx. */
  isOk: boolean
  /** Absent: there was no answer. */
  status?: number
  /** Why there was none, in words. */
  problem?: string
}

/** A server that a tenant names, with the address that was checked. */
export interface FoundHost {
  address: string
  /** It is in a network that the operator allows, where encryption is not demanded. */
  mayBePlain: boolean
}

/** Signed calls to the URLs that tenants name. */
export interface Webhooks {
  /** Why a server that a tenant names can never be reached, in words, by the rules for calls. Makes no request. */
  problemOfHost(host: string): string | undefined
  /** Where such a server is reached now. Answers within five seconds. Never throws. */
  findHost(host: string): Promise<FoundHost | { refused: 'host_not_found' | 'host_not_allowed' }>
  /** Why the URL can never be called, in words; `undefined` for one that may be. Makes no request. */
  problemOf(url: string): string | undefined
  /** Calls once, without a retry or a redirect, and answers within five seconds. Never throws. */
  call(tenant: Tenant, url: string, type: string, data: Record<string, unknown>): Promise<WebhookAnswer>
}

export interface WebhooksDeps {
  /** Private networks that may be called, and without TLS. */
  networks: readonly string[]
  /** Names the sender. */
  publicUrl: string
  clock: () => number
  newId: () => string
  /** Instead of the system's resolver. */
  resolve?: ResolveHost
  timeoutMs?: number
}

const defaultTimeoutMs = 5000

export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { networks, publicUrl, clock, newId, resolve = resolveBySystem, timeoutMs = defaultTimeoutMs } = deps
  return {
    problemOf: (url) => problemOfWebhookUrl(url, networks),
    problemOfHost: (host) => problemOfWebhookUrl(urlOf('https', host), networks),
    async findHost(host) {
      let addresses: readonly string[] = []
      try {
        const lookUp = async (name: string) => (addresses = await resolve(name))
        const { address } = await before(AbortSignal.timeout(timeoutMs), findTarget(urlOf('https', host), networks, lookUp))
        return { address, mayBePlain: problemOfWebhookUrl(urlOf('http', address), networks) === undefined }
      } catch {
        return { refused: addresses.length === 0 && isIP(host) === 0 ? 'host_not_found' : 'host_not_allowed' }
      }
    },
    async call(tenant, url, type, data) {
      const at = clock()
      const time = new Date(at).toISOString()
      const body = JSON.stringify({ version: 1, id: newId(), source: publicUrl, time, tenantId: tenant.tenantId, type, data })
      const keys = tenant.secretKeys.map(({ key }) => key)
      const headers = { 'content-type': 'application/json', 'user-agent': 'sallyport', 'x-signature-v2': signatureOf(keys, at, body) }
      const deadline = AbortSignal.timeout(timeoutMs)
      try {
        const target = await before(deadline, findTarget(url, networks, resolve))
        const status = await postOnce(target, headers, body, deadline)
        return { isOk: status >= 200 && status <= 299, status }
      } catch (error) {
        if (deadline.aborted) return { isOk: false, problem: `no answer within ${timeoutMs / 1000} seconds` }
        return { isOk: false, problem: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

/** One signature for each key in force, so that receivers may change theirs at any time during a rotation. */
export function signatureOf(keys: readonly string[], at: number, body: string): string {
  const seconds = Math.floor(at / 1000)
  const signatures = keys.map((key) => createHmac('sha256', key).update(`${seconds}.${body}`).digest('base64').replace('=', ''))
  return [`t=${seconds}`, ...signatures.map((signature) => `v2=${signature}`)].join(',')
}

function urlOf(scheme: 'http' | 'https', host: string): string {
  return `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}/`
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** The system's resolver cannot be interrupted; nobody waits for it any longer. */
function before<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    deadline.addEventListener('abort', () => fail(deadline.reason), { once: true })
    work.then(done, fail)
  })
}
