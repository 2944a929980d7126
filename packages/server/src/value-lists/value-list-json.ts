import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import type { ListItem } from '../configuration/list-entries.ts'
import { toIso } from '../http/iso-time.ts'
import type { ValueListTable, ValueListVersionTable } from '../storage/schema.ts'
import { maxItemLength, maxListItems } from './write-value-list.ts'

export const itemType = z.enum(['string', 'number'])
export const listItems = z.array(z.union([z.string().max(maxItemLength), z.number()])).max(maxListItems)

/** Entries in a request. They may be a million, so they are checked in slices, where the list is written. */
export const givenItems: z.ZodType<ListItem[]> = z
  .any()
  .refine((value) => Array.isArray(value) && value.length <= maxListItems, `must be an array with at most ${maxListItems} entries`)
  .meta({ type: 'array', maxItems: maxListItems, items: { anyOf: [{ type: 'string', maxLength: maxItemLength }, { type: 'number' }] } })
export const listName = z.string().min(1).max(128)

/** The fields that every change of a list takes besides its own. */
export const listChangeFields = {
  expectedVersion: z.int().optional().meta({ description: 'Refuses with 409 if the list has changed since.' }),
  message: z.string().max(1024).optional().meta({ description: 'Reason for the change, stored with the version.' }),
}

export const valueListReply = z
  .object({ name: z.string(), alias: z.string(), itemType, valueListItems: listItems, isActive: z.boolean(), version: z.int() })
  .meta({ id: 'ValueList', description: 'Rules read it as `lists.<alias>`.' })

export type ValueListJson = z.infer<typeof valueListReply>

export function toValueListJson(row: ValueListTable, items: Iterable<ListItem>): ValueListJson {
  return {
    name: row.name,
    alias: row.alias,
    itemType: row.item_type,
    valueListItems: [...items],
    isActive: row.is_active === 1,
    version: row.version,
  }
}

export const listVersionSummary = z
  .object({
    version: z.int(),
    createdAt: z.string(),
    author: z.string(),
    actor: actorJson.optional().meta({ description: 'Who made it. Absent: written by an earlier release.' }),
    event: z
      .enum(['created', 'updated', 'deleted', 'recorded'])
      .meta({ description: '`recorded`: the list is older than its history and has had these entries since `createdAt`.' }),
    message: z.string().optional(),
    name: z.string(),
    isActive: z.boolean(),
    itemCount: z.int().optional().meta({ description: 'Number of entries from this version on.' }),
    addedCount: z.int(),
    removedCount: z.int(),
  })
  .meta({ id: 'ValueListVersionSummary' })

export const listVersion = listVersionSummary
  .extend({
    added: listItems.optional().meta({ description: 'Absent: no longer stored.' }),
    removed: listItems.optional().meta({ description: 'Absent: no longer stored.' }),
    valueListItems: listItems.optional().meta({ description: 'All entries at this version. Absent: no longer stored.' }),
  })
  .meta({ id: 'ValueListVersion' })

export type VersionRow = Omit<ValueListVersionTable, 'added' | 'removed' | 'added_set' | 'removed_set'>

export function toListVersionSummary(row: VersionRow): z.infer<typeof listVersionSummary> {
  return {
    version: row.version,
    createdAt: toIso(row.created_at),
    author: row.author,
    ...(row.actor === null ? {} : { actor: JSON.parse(row.actor) }),
    event: row.event,
    ...(row.message === null ? {} : { message: row.message }),
    name: row.name,
    isActive: row.is_active === 1,
    ...(row.item_count === null ? {} : { itemCount: row.item_count }),
    addedCount: row.added_count,
    removedCount: row.removed_count,
  }
}
