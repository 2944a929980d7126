import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** A handle for queries: the store itself, or one transaction of it. Feature folders write their SQL against it. */
export type Db = Kysely<Schema>
