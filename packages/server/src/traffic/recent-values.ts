import {
  decodeSignals,
  didYouMean,
  findSignal,
  type Instance,
  type SignalDefinition,
  type Signals,
  signalRegistry,
  type UserRecord,
} from '@sallyport/engine'
import { z } from 'zod'
import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import type { SearchingStore } from '../storage/searching-store.ts'
import type { Db } from '../storage/store.ts'
import { createValueCounter, type ValueCounter } from './count-values.ts'
import { mostRecentEvents, readRecentEvents } from './read-recent-events.ts'

export const recentValuesQuery = z.strictObject({
  signal: z
    .string()
    .max(4096)
    .optional()
    .meta({ description: 'As rules write it: `custom.amount`, `ip.countryCode`; several with commas between them. Absent: all.' }),
})

const count = z.int()

export const recentValues = z
  .object({
    of: count.meta({ description: `Events that were looked at: the latest of the action, at most ${mostRecentEvents}.` }),
    from: z.string().optional().meta({ description: 'When the oldest and the newest of them were tracked. Absent: there are none.' }),
    to: z.string().optional(),
    signals: z.array(
      z.object({
        signal: z.string(),
        known: count.meta({ description: 'Events in which it had a value.' }),
        missing: z
          .object({ not_provided: count, not_applicable: count, unavailable: count })
          .meta({ description: 'Events in which it had none, by the reason.' }),
        numbers: z
          .object({
            min: z.number(),
            max: z.number(),
            quantiles: z
              .array(z.object({ share: z.number(), value: z.number() }))
              .meta({ description: 'This share of the numbers is not above `value`.' }),
            histogram: z.object({ bounds: z.array(z.number()), counts: z.array(count) }).meta({
              description:
                '`counts[n]` numbers are from `bounds[n]` to `bounds[n + 1]`. The first and the last bar reach to what is far outside.',
            }),
          })
          .optional()
          .meta({ description: 'Absent: no value was a number.' }),
        values: z.array(z.object({ value: z.union([z.boolean(), z.number(), z.string()]), count })).meta({
          description:
            'The most frequent ones, at most 20; of lists, their members. Numbers only where there are at most 20 different ones.',
        }),
        distinct: count.meta({ description: 'How many different ones there were.' }),
        other: count.meta({ description: 'Values that no rule compares as a whole, such as objects.' }),
      }),
    ),
  })
  .meta({ id: 'RecentValues' })

export interface RecentValuesDeps {
  store: Pick<SearchingStore, 'searchEvents'> & { db: Db }
}

/** Names of custom data that are counted beside the declared ones. An application can send any number of names. */
const mostUndeclared = 100

/** What each signal had in the latest events of an action, for whoever writes a rule. Refuses a signal that there is none of. */
export async function recentValuesOf(
  { store }: RecentValuesDeps,
  tenant: Tenant,
  { actionCode }: ConfiguredAction,
  { signal }: z.infer<typeof recentValuesQuery>,
): Promise<z.infer<typeof recentValues>> {
  const wanted = signal === undefined ? undefined : new Set(signal.split(',').map((name) => canonicalName(tenant, name)))
  const counters = createCounters(tenant, wanted)
  const { events, from, to } = await readRecentEvents(store, tenant.tenantId, actionCode, async (page) => {
    const users = counters.readsUsers ? await loadUsers(store.db, tenant.tenantId, page) : new Map<string, UserRecord>()
    for (const instance of page) counters.add(decodeSignals(instance, users.get(instance.userId)))
  })
  return { of: events, from: toIso(from), to: toIso(to), signals: counters.result(events) }
}

const registry: readonly SignalDefinition[] = signalRegistry

/** The name under which a signal is counted. */
function canonicalName(tenant: Tenant, name: string): string {
  const found = findSignal(name)?.definition.name
  if (found !== undefined) return found
  if (/^(user\.)?custom\../.test(name)) return name
  if (tenant.features.some((feature) => `velocity.${feature.name}` === name)) return name
  const names = [...registry.flatMap((definition) => [definition.name, ...(definition.aliases ?? [])]), ...declaredNames(tenant)]
  throw new ApiError('invalid_request', `\`signal\`: there is no signal \`${name.slice(0, 64)}\`${didYouMean(name, names)}`)
}

function declaredNames(tenant: Tenant): string[] {
  const points = [...tenant.dataPoints.values()].map(({ name, modelType }) => `${modelType === 'user' ? 'user.custom' : 'custom'}.${name}`)
  return [...tenant.features.map(({ name }) => `velocity.${name}`), ...points]
}

function createCounters(tenant: Tenant, wanted: ReadonlySet<string> | undefined) {
  const isWanted = (name: string) => wanted === undefined || wanted.has(name)
  const registered = registry.flatMap(({ name }, position) => (isWanted(name) ? [{ name, position, counter: createValueCounter() }] : []))
  const named = new Map<string, ValueCounter & { seen: number }>()
  const open = (name: string) => {
    const counter = { ...createValueCounter(), seen: 0 }
    named.set(name, counter)
    return counter
  }
  for (const name of wanted === undefined ? declaredNames(tenant) : [...wanted].filter((name) => findSignal(name) === undefined)) open(name)
  const mostNamed = named.size + mostUndeclared

  function addNamed(prefix: string, values: Signals['custom'] | Signals['features']): void {
    for (const key in values) {
      const name = `${prefix}.${key}`
      if (!isWanted(name)) continue
      const counter = named.get(name) ?? (named.size < mostNamed ? open(name) : undefined)
      if (counter === undefined) continue
      counter.seen += 1
      counter.add(values[key])
    }
  }

  return {
    readsUsers: wanted === undefined || [...wanted].some((name) => name.startsWith('user.')),
    add({ values, custom, userCustom, features }: Signals): void {
      for (const { position, counter } of registered) counter.add(values[position])
      addNamed('custom', custom)
      addNamed('user.custom', userCustom)
      addNamed('velocity', features)
    },
    /** Of so many events. */
    result(events: number): z.infer<typeof recentValues>['signals'] {
      return [
        ...registered.map(({ name, counter }) => ({ signal: name, ...counter.result() })),
        ...[...named]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, { seen, ...counter }]) => {
            const counts = counter.result()
            counts.missing.not_provided += events - seen
            return { signal: name, ...counts }
          }),
      ]
    },
  }
}

/** The records of users that rules of the events may not have read. */
async function loadUsers(db: Db, tenantId: string, events: readonly Instance[]): Promise<Map<string, UserRecord>> {
  const userIds = [...new Set(events.map(({ userId }) => userId))]
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('users')
    .select(['user_id', 'email', 'phone_number', 'custom'])
    .where('tenant_id', '=', tenantId)
    .where('user_id', 'in', userIds)
    .execute()
  return new Map(
    rows.map(({ user_id, email, phone_number, custom }) => [
      user_id,
      { email, phoneNumber: phone_number, custom: Object.assign(Object.create(null), JSON.parse(custom)) },
    ]),
  )
}
