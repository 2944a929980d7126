import { queryOptions } from '@tanstack/react-query'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { type EventPath, eventId } from '../../url/event-id.ts'

export type Receipt = components['schemas']['Receipt']
export type ReceiptSignal = Receipt['signals'][number]

/** Everything that one decision rests on. */
export function receiptQuery(event: EventPath) {
  const { userId, action, idempotencyKey } = event
  return queryOptions({
    queryKey: ['events', 'receipt', eventId(event)],
    queryFn: ({ signal }) => api.get('/events/{userId}/{action}/{idempotencyKey}', { path: { userId, action, idempotencyKey }, signal }),
  })
}
