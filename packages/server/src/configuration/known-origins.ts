import type { Store } from '../storage/store.ts'
import { originsIn } from './expected-origins.ts'

/** How long an origin that is not known may stay so after a tenant has added it. It also bounds what strangers can make the store read. */
const refreshMs = 5_000

/**
 * The origins that any tenant expects, for requests that do not say which tenant they are for: a browser asks first, without credentials, whether a
 * page may call.
 */
export function createKnownOrigins({ store }: { store: Pick<Store, 'db'> }): (origin: string) => Promise<boolean> {
  let known: ReadonlySet<string> = new Set()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    const rows = await store.db.selectFrom('authenticator_configurations').where('is_active', '=', 1).select('settings').execute()
    known = new Set(rows.flatMap(({ settings }) => originsIn(JSON.parse(settings))))
    readAt = performance.now()
  }

  return async (origin) => {
    if (performance.now() - readAt > refreshMs) {
      reading ??= read().finally(() => {
        reading = undefined
      })
      await reading
    }
    return known.has(origin)
  }
}
