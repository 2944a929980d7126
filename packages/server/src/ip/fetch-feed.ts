import type { Feed } from './feeds.ts'
import { FeedRefused, MAX_FEED_BYTES } from './parse-feed.ts'

/** Where a list is fetched from. */
export interface FeedSource {
  feed: Pick<Feed, 'name' | 'alsoAt'>
  url: string
  /** The validators of the list that is installed: its publisher sends it again only if it has changed. */
  known?: Validators | undefined
}

/** The validators of an answer (RFC 9110, "Validator Fields"). */
export interface Validators {
  etag?: string | undefined
  lastModified?: string | undefined
}

export interface FetchedFeed extends Validators {
  text: string
  /** When the publisher last changed it, or now if that is unknown. Milliseconds UTC. */
  dataDate: number
  /** Set when the publisher gives no date. */
  isUndated?: true
}

/**
 * Fetches a list over HTTPS (plain HTTP only from this machine). `not_modified`: it is still the one that is known.
 *
 * Throws `FeedRefused` for any other status, a web page, more than `MAX_FEED_BYTES`, a connection that breaks, an answer that takes longer than `timeoutMs`
 * in all, a redirect to plain HTTP or to a host that is not declared, or more than five redirects.
 */
export async function fetchFeed(source: FeedSource, now: number, timeoutMs = 60_000): Promise<FetchedFeed | 'not_modified'> {
  const { name } = source.feed
  const target = URL.parse(source.url)
  if (target === null || !isAllowed(target)) throw new FeedRefused(name, `\`${source.url}\` is not an https URL`)
  try {
    const response = await follow(source, target, AbortSignal.timeout(timeoutMs))
    if (response.status === 304 && source.known !== undefined) return 'not_modified'
    if (!response.ok) throw await refusedAnswer(response, new FeedRefused(name, `answered with status ${response.status}`))
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      throw await refusedAnswer(response, new FeedRefused(name, 'a web page, not a list'))
    }
    const lastModified = shortHeader(response, 'last-modified')
    const etag = shortHeader(response, 'etag')
    const changed = Date.parse(lastModified ?? '')
    const date = Number.isNaN(changed) ? ({ dataDate: now, isUndated: true } as const) : { dataDate: Math.min(changed, now) }
    return { text: await readText(name, response), ...date, ...(etag && { etag }), ...(lastModified && { lastModified }) }
  } catch (error) {
    if (error instanceof FeedRefused) throw error
    if (isWithoutNetwork(error)) throw new FeedNotReached(name, 'not fetched: no network', { cause: error })
    throw new FeedRefused(name, `could not be fetched: ${reasonOf(error)}`, { cause: error })
  }
}

/** A header to be sent back some day. A longer one is no validator that anybody needs. */
function shortHeader(response: Response, name: string): string | undefined {
  const value = response.headers.get(name)
  return value === null || value.length > 200 ? undefined : value
}

/** An answer that nobody reads keeps its connection until it is cancelled. */
async function refusedAnswer(response: Response, refused: FeedRefused): Promise<FeedRefused> {
  await response.body?.cancel()
  return refused
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
async function follow({ feed, known }: FeedSource, target: URL, signal: AbortSignal): Promise<Response> {
  const headers = {
    accept: 'text/plain, text/csv, */*;q=0.1',
    ...(known?.etag !== undefined && { 'if-none-match': known.etag }),
    ...(known?.lastModified !== undefined && { 'if-modified-since': known.lastModified }),
  }
  let url = target
  for (let hop = 0; hop <= 5; hop += 1) {
    const response = await fetch(url, { signal, redirect: 'manual', headers })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) return response
    await response.body?.cancel()
    const next = URL.parse(location, url)
    if (next?.protocol !== 'https:' && next?.origin !== target.origin) throw new FeedRefused(feed.name, 'was redirected away from https')
    const isDeclared = next.origin === target.origin || feed.alsoAt?.includes(next.host)
    if (!isDeclared) throw new FeedRefused(feed.name, `was redirected to \`${next.host}\`, which is not its host`)
    url = next
  }
  throw new FeedRefused(feed.name, 'was redirected more than five times')
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
