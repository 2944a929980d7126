import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { Facts } from '../../parts/facts.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { ChangeRetention } from './change-retention.tsx'
import { keptFor, listChangesDays } from './kept-for.ts'
import { Lead } from './lead.tsx'

/** How long what is kept, and a shorter time for the events of this tenant. */
export function RetentionTab() {
  const query = useQuery({ queryKey: ['retention'], queryFn: ({ signal }) => api.get('/tenant/retention', { signal }) })
  return (
    <Loaded query={query} what="how long data is kept" lines={4}>
      {({ eventDays, serverEventDays, auditDays }) => (
        <>
          <Lead>
            Events are kept {keptFor(eventDays)}, the audit log {keptFor(auditDays)}. Backtests, replays and new velocity features reach as
            far back as events are kept.
          </Lead>
          <Facts
            facts={[
              ['Events with their decisions', keptFor(eventDays)],
              ['Audit log', keptFor(auditDays)],
              ['Changes of list entries', keptFor(listChangesDays(serverEventDays))],
              ['What is usual for a user', 'until the user is erased, or the profile is forgotten'],
              ['Users, passkeys, devices', 'until they are erased'],
              ['Rules, lists, settings', 'with every version, until the tenant is deleted'],
              ['Warnings about tracks', 'for 30 days, at most a hundred'],
            ]}
          />
          <ChangeRetention key={eventDays} eventDays={eventDays} serverEventDays={serverEventDays} />
          <p className="mt-4 max-w-[80ch] text-sm text-soft">
            Whoever runs the server sets the longest time for events and the time for the audit log when it starts, with{' '}
            <code className="font-mono text-xs">SALLYPORT_RETENTION_DAYS</code> and{' '}
            <code className="font-mono text-xs">SALLYPORT_AUDIT_RETENTION_DAYS</code>, for all tenants. Nobody in the portal can shorten the
            audit log. A single user is exported and erased on the user’s page, at once.
          </p>
        </>
      )}
    </Loaded>
  )
}
