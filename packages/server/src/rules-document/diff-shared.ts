export type SharedKind = 'data_point' | 'value_list' | 'velocity_feature'

/** One change of a data point, a list or a feature. */
export interface SharedChange {
  kind: `${SharedKind}_${'added' | 'changed'}`
  name: string
  sentence: string
}

export interface DescribedDataPoint {
  name: string
  dataType: string
  modelType: string
  description?: string | null | undefined
  isPublic: boolean
  minimum?: number | null | undefined
  maximum?: number | null | undefined
}

export interface DescribedList {
  name: string
  isActive: boolean
}

/** Numbers of entries of a list after a change. */
export interface CountedEntries {
  size: number
  added: number
  removed: number
}

/** `undefined`: nothing differs. */
export function diffDataPoint(was: DescribedDataPoint | undefined, is: DescribedDataPoint): SharedChange | undefined {
  const { name } = is
  if (was === undefined) return added('data_point', name, `New data point *${name}*: ${is.dataType}, of the ${is.modelType}.`)
  return changed('data_point', name, `Data point *${name}*`, [
    (was.description ?? null) !== (is.description ?? null) && 'its description has changed',
    was.isPublic !== is.isPublic && (is.isPublic ? 'is now public' : 'is no longer public'),
    changedBound('at least', was.minimum, is.minimum),
    changedBound('at most', was.maximum, is.maximum),
  ])
}

function changedBound(words: string, was: number | null | undefined, is: number | null | undefined): string | false {
  if ((was ?? null) === (is ?? null)) return false
  return is == null ? `need no longer be ${words} ${was}` : `has to be ${words} ${is}`
}

/** As `diffDataPoint`. The entries are only counted: they may be a million. */
export function diffValueList(
  alias: string,
  was: DescribedList | undefined,
  is: DescribedList,
  { size, added: more, removed: less }: CountedEntries,
): SharedChange | undefined {
  if (was === undefined) return added('value_list', alias, `New list *${alias}* with ${count(size)}.`)
  return changed('value_list', alias, `List *${alias}*`, [
    was.name !== is.name && `is called *${is.name}*`,
    was.isActive !== is.isActive && (is.isActive ? 'is switched on' : 'is switched off'),
    more > 0 && `${count(more)} more`,
    less > 0 && `${count(less)} less`,
  ])
}

/** As `diffDataPoint`, by whether the definition is the same. */
export function diffFeature(name: string, isThere: boolean, isSame: boolean): SharedChange | undefined {
  if (!isThere) return added('velocity_feature', name, `New velocity feature *${name}*.`)
  return changed('velocity_feature', name, `Velocity feature *${name}*`, [!isSame && 'now counts something else and starts from zero'])
}

function added(kind: SharedKind, name: string, sentence: string): SharedChange {
  return { kind: `${kind}_added`, name, sentence }
}

function changed(kind: SharedKind, name: string, subject: string, differences: (string | false)[]): SharedChange | undefined {
  const said = differences.filter((text) => text !== false)
  return said.length === 0 ? undefined : { kind: `${kind}_changed`, name, sentence: `${subject}: ${said.join('; ')}.` }
}

function count(items: number): string {
  return items === 1 ? '1 entry' : `${items} entries`
}
