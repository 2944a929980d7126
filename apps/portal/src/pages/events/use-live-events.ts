import { useCallback, useEffect, useRef, useState } from 'react'
import { openReply } from '../../api/api.ts'
import { ApiFault } from '../../api/api-fault.ts'
import { readEvents } from '../../api/read-events.ts'
import type { EventFilters } from './event-filters.ts'
import { type ListedEvent, type LiveRows, noLiveRows, received, released } from './live-rows.ts'
import type { EventQuery } from './page-address.ts'

/** Milliseconds until a tail that broke off is opened again. */
const pause = 4000

export type LiveStatus = 'off' | 'connecting' | 'on' | 'broken'

interface Options {
  filters: EventFilters
  isOn: boolean
  listed: readonly ListedEvent[]
  /** Asked when an event comes: whether the rows have to stay where they are. */
  isHeld: () => boolean
  /** The tail is open: what happened before it was is in the list when it is read again. */
  onOpen: () => void
}

/** Follows the events that match while `isOn`. */
export function useLiveEvents({ filters, isOn, listed, isHeld, onOpen }: Options) {
  const [live, setLive] = useState<LiveRows>(noLiveRows)
  const [status, setStatus] = useState<LiveStatus>('off')
  const [fault, setFault] = useState<ApiFault>()
  const latest = useRef({ listed, isHeld, onOpen })
  latest.current = { listed, isHeld, onOpen }
  const { order: _, ...query } = filters
  const key = JSON.stringify(query)

  useEffect(() => {
    setLive(noLiveRows)
    setFault(undefined)
    if (!isOn) {
      setStatus('off')
      return
    }
    const end = new AbortController()
    const run = async () => {
      setStatus('connecting')
      while (!end.signal.aborted) {
        try {
          const given = JSON.parse(key) as EventQuery
          const reply = await openReply<'get', '/events/stream'>('get', '/events/stream', { query: given, signal: end.signal })
          setStatus('on')
          setFault(undefined)
          latest.current.onOpen()
          for await (const { event, data } of readEvents(reply)) {
            if (event !== 'tracked' && event !== 'changed') continue
            const { listed: rows, isHeld: holds } = latest.current
            setLive((before) => received(before, rows, data as ListedEvent, holds()))
          }
        } catch (thrown) {
          if (end.signal.aborted) return
          if (thrown instanceof ApiFault) setFault(thrown)
          // What was asked is wrong, or may not be asked: it will be tomorrow, too.
          if (thrown instanceof ApiFault && thrown.status >= 400 && thrown.status < 429) {
            setStatus('broken')
            return
          }
        }
        if (end.signal.aborted) return
        setStatus('broken')
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
    void run()
    return () => end.abort()
  }, [isOn, key])

  const release = useCallback(() => setLive(released), [])
  return { live, status, fault, release }
}
