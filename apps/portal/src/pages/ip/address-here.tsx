import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { Facts } from '../../parts/facts.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { type AddressFacts, usersOf } from './describe-address.ts'

const link = 'text-accent hover:underline'

/** What the address did in the events of the tenant, and which own lists hold it. */
export function AddressHere({ facts: { address, network, lists, here } }: { facts: AddressFacts }) {
  const events = useQuery({
    queryKey: ['ip', address, 'events'],
    queryFn: ({ signal }) => api.get('/events', { query: { ipAddress: address, limit: 100 }, signal }),
  })
  const eventsFrom = (range: string) => `/events?ipAddress=${encodeURIComponent(range)}`
  return (
    <Loaded query={events} what="the events from the address" lines={4}>
      {({ events: found, cursor }) => {
        const users = usersOf(found)
        return (
          <Facts
            facts={[
              [
                'Own lists',
                lists.length === 0 ? (
                  <span key="none" className="text-soft">
                    in none
                  </span>
                ) : (
                  <span key="lists" className="flex flex-wrap gap-x-3">
                    {lists.map(({ alias }) => (
                      <Link key={alias} href={`/lists/${encodeURIComponent(alias)}`} className={link}>
                        <UserText>{alias}</UserText>
                      </Link>
                    ))}
                  </span>
                ),
              ],
              [
                'Events',
                found.length === 0 ? (
                  <span key="none" className="text-soft">
                    none is kept
                  </span>
                ) : (
                  <Link key="events" href={eventsFrom(address)} className={link}>
                    {cursor === undefined ? '' : 'more than '}
                    {found.length} {found.length === 1 ? 'event' : 'events'}
                  </Link>
                ),
              ],
              [
                'Users',
                users.length === 0 ? undefined : (
                  <span key="users" className="flex flex-wrap gap-x-3">
                    {users.slice(0, 12).map((userId) => (
                      <Link key={userId} href={`/users/${encodeURIComponent(userId)}`} className={link}>
                        <UserText>{userId}</UserText>
                      </Link>
                    ))}
                    {users.length > 12 && <span className="text-soft">and {users.length - 12} more</span>}
                  </span>
                ),
              ],
              [
                'Network',
                <Link key="network" href={eventsFrom(network)} className={`${link} font-mono text-xs`}>
                  {network}
                </Link>,
              ],
              ['Reputation', here.reputation === 0 ? 'nothing is known against it' : `${Math.round(here.reputation)} of 100 against it`],
              ['Last 24 hours', `${count(here.usersLast24h, 'user')}, ${count(here.failedChallengesLast24h, 'failed challenge')}`],
            ]}
          />
        )
      }}
    </Loaded>
  )
}

function count(many: number, one: string): string {
  return `${many === 0 ? 'no' : many} ${one}${many === 1 ? '' : 's'}`
}
