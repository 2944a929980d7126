/** The parts of a database URL that `pg` does not read. */
export interface DatabaseUrl {
  /** Without our own parameters, and with the planner's settings. */
  connectionString: string
  /** Connections at most. */
  poolSize: number
  /** Behind a pooler in transaction mode: no named statements, and no settings that belong to a connection. What is not said is found out by `findPooler`. */
  isPooled: boolean
}

const defaultPoolSize = 10
/**
 * A statement that was planned while a table was small would read all of it for every row when it has grown, until the next ANALYZE. Everything here is
 * found by an index. The few statements that do read all of a table look expensive then, and PostgreSQL would compile them, for longer than they run.
 *
 * The plan is the same whatever the values are, but for a few of them PostgreSQL believes it can do better and plans each time: two thirds of what
 * reading for one decision takes. A pooler plans every statement when it runs.
 */
export const plannerSettings = '-c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan'

/**
 * Reads `pool_size=<n>` and `pgbouncer=true` from the URL's parameters; the rest is PostgreSQL's own (`sslmode`, `application_name` …).
 * Throws a sentence for what makes no sense.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const url = URL.parse(text)
  if (url === null) throw new Error('the database URL is not a URL')
  const size = url.searchParams.get('pool_size')
  const pooled = url.searchParams.get('pgbouncer')
  if (size !== null && !/^([3-9]|[1-9]\d{1,2})$/.test(size))
    throw new Error('`pool_size` of the database URL must be a number from 3 to 999')
  if (pooled !== null && pooled !== 'true' && pooled !== 'false')
    throw new Error('`pgbouncer` of the database URL must be `true` or `false`')
  url.searchParams.delete('pool_size')
  url.searchParams.delete('pgbouncer')
  const isPooled = pooled === 'true'
  if (!isPooled) url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} ${plannerSettings}`.trimStart())
  return { connectionString: url.href, poolSize: size === null ? defaultPoolSize : Number(size), isPooled }
}
