import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { openReply } from '../../api/api.ts'
import { readEvents } from '../../api/read-events.ts'
import { type LiveEvent, takeEvent } from './take-event.ts'

/** Milliseconds until a broken stream is opened again. */
const againMs = 2000

export type Connection = 'connecting' | 'open' | 'broken'

/** The events of the tenant since the page was opened, the latest first. What depends on them is read again when one arrives. */
export function useLiveEvents(): { events: readonly LiveEvent[]; connection: Connection } {
  const client = useQueryClient()
  const [events, setEvents] = useState<readonly LiveEvent[]>([])
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    async function follow(): Promise<void> {
      while (!signal.aborted) {
        try {
          const reply = await openReply<'get', '/events/stream'>('get', '/events/stream', { signal })
          setConnection('open')
          for await (const { event, data } of readEvents(reply)) {
            if (event !== 'tracked' && event !== 'changed') continue
            const arrived = data as components['schemas']['Event']
            setEvents((before) => takeEvent(before, arrived, event === 'tracked'))
            void client.invalidateQueries({ queryKey: ['get-started'] })
          }
        } catch {
          if (signal.aborted) return
        }
        setConnection('broken')
        await new Promise((resolve) => setTimeout(resolve, againMs))
      }
    }
    void follow()
    return () => stop.abort()
  }, [client])
  return { events, connection }
}
