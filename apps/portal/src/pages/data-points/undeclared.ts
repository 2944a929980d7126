interface Warning {
  code: string
  action: string
  subject: string
  count: number
  lastAt: string
}

/** Data that arrives, and that no rule can read because nobody declared it. */
export interface Undeclared {
  name: string
  /** The actions with which it arrives, the latest first. */
  actions: readonly string[]
  count: number
  lastAt: string
}

/** What arrived undeclared lately and is still so, once for each name. A name that was cut off cannot be declared, and is left out. */
export function undeclaredOf(
  warnings: readonly Warning[],
  declared: readonly { name: string; modelType: 'action' | 'user' }[],
): readonly Undeclared[] {
  const found = new Map<string, Undeclared>()
  for (const { code, action, subject: name, count, lastAt } of warnings) {
    if (code !== 'undeclared_data_point' || name.endsWith('…')) continue
    if (declared.some((point) => point.name === name && point.modelType === 'action')) continue
    const known = found.get(name)
    found.set(name, {
      name,
      actions: [...(known?.actions ?? []), action],
      count: (known?.count ?? 0) + count,
      lastAt: known !== undefined && known.lastAt > lastAt ? known.lastAt : lastAt,
    })
  }
  return [...found.values()]
}
