/** The page of an event. */
export function receiptHref({ userId, action, idempotencyKey }: { userId: string; action: string; idempotencyKey: string }): string {
  return `/events/${[userId, action, idempotencyKey].map(encodeURIComponent).join('/')}`
}
