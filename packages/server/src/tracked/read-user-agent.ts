import { parseUserAgent, type UserAgentFacts } from '@sallyport/engine'
import { LRUCache } from 'lru-cache'

/** Longer user agents are cut: real browsers do not differ beyond this length. */
export const maxUserAgentLength = 512

// A pure function's results: a few thousand texts are most of what the world's browsers send, and each costs about 1 kB.
const parsed = new LRUCache<string, UserAgentFacts>({ max: 4096 })

/** `parseUserAgent`, remembering the user agents seen last. */
export function readUserAgent(text: string): UserAgentFacts {
  const raw = text.length > maxUserAgentLength ? text.slice(0, maxUserAgentLength) : text
  let facts = parsed.get(raw)
  if (facts === undefined) {
    facts = parseUserAgent(raw)
    parsed.set(raw, facts)
  }
  return facts
}
