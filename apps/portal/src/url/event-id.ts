/** The three parts that name an event. */
export interface EventPath {
  userId: string
  action: string
  idempotencyKey: string
}

/** One text for an event, for rows and for the address: no part can reach into another. */
export function eventId({ userId, action, idempotencyKey }: EventPath): string {
  return [userId, action, idempotencyKey].map(encodeURIComponent).join('/')
}

/** `undefined`: the text names no event. */
export function readEventId(text: string): EventPath | undefined {
  try {
    const [userId = '', action = '', idempotencyKey = '', ...more] = text.split('/').map(decodeURIComponent)
    const isWhole = userId !== '' && action !== '' && idempotencyKey !== '' && more.length === 0
    return isWhole ? { userId, action, idempotencyKey } : undefined
  } catch {
    return undefined
  }
}

/** The page of an event. */
export function receiptHref(event: EventPath): string {
  return `/events/${eventId(event)}`
}
