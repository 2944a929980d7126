/** The path of one action in the management API. */
export function eventPath(userId: string, action: string, idempotencyKey: string): string {
  return `/events/${[userId, action, idempotencyKey].map(encodeURIComponent).join('/')}`
}
