import { FeedRefused, MAX_FEED_BYTES } from './parse-feed.ts'

export interface FetchedFeed {
  text: string
  /** When the publisher last changed it, or now if that is unknown. Milliseconds UTC. */
  dataDate: number
}

/**
 * Fetches a list over HTTPS (plain HTTP only from this machine).
 *
 * Throws `FeedRefused` for any other status, a web page, more than `MAX_FEED_BYTES`, a connection that breaks or takes longer than a minute,
 * a redirect away from HTTPS, or more than five redirects.
 */
export async function fetchFeed(name: string, url: string, now: number): Promise<FetchedFeed> {
  const target = URL.parse(url)
  if (target === null || !isAllowed(target)) throw new FeedRefused(name, `\`${url}\` is not an https URL`)
  try {
    const response = await follow(name, target, AbortSignal.timeout(60_000))
    if (!response.ok) throw new FeedRefused(name, `answered with status ${response.status}`)
    if (response.headers.get('content-type')?.startsWith('text/html')) throw new FeedRefused(name, 'a web page, not a list')
    const changed = Date.parse(response.headers.get('last-modified') ?? '')
    return { text: await readText(name, response), dataDate: Number.isNaN(changed) ? now : Math.min(changed, now) }
  } catch (error) {
    if (error instanceof FeedRefused) throw error
    if (isWithoutNetwork(error)) throw new FeedNotReached(name, 'not fetched: no network', { cause: error })
    throw new FeedRefused(name, `could not be fetched: ${reasonOf(error)}`, { cause: error })
  }
}

/** The publisher of a list cannot be reached from here. It says nothing about the list. */
export class FeedNotReached extends FeedRefused {}

const noNetwork: ReadonlySet<unknown> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])

function isWithoutNetwork(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && noNetwork.has(cause.code)
}

/** Follows redirects by hand, because each one is checked first. */
async function follow(name: string, target: URL, signal: AbortSignal): Promise<Response> {
  let url = target
  for (let hop = 0; hop <= 5; hop += 1) {
    const response = await fetch(url, { signal, redirect: 'manual', headers: { accept: 'text/plain, text/csv, */*;q=0.1' } })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return response
    await response.body?.cancel()
    const next = URL.parse(location, url)
    if (next?.protocol !== 'https:' && next?.origin !== target.origin) throw new FeedRefused(name, 'was redirected away from https')
    url = next
  }
  throw new FeedRefused(name, 'was redirected more than five times')
}

function isAllowed(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
}

async function readText(name: string, response: Response): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    // Leaving the loop closes the connection, so an endless reply is not read to the end.
    if (bytes > MAX_FEED_BYTES) throw new FeedRefused(name, `longer than ${MAX_FEED_BYTES} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
