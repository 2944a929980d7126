interface Action {
  actionCode: string
  requires?: readonly string[] | null | undefined
}

/** The actions that do not take a track without the data point. */
export function requiredBy(name: string, actions: readonly Action[]): readonly string[] {
  return actions.filter(({ requires }) => isRequired(name, requires)).map(({ actionCode }) => actionCode)
}

/** What an action requires when it requires the data point, or no longer does. */
export function withRequired(requires: readonly string[] | null | undefined, name: string, isWanted: boolean): string[] | null {
  const others = (requires ?? []).filter((input) => !isInput(name, input))
  const all = isWanted ? [...others, name] : others
  return all.length === 0 ? null : all
}

function isRequired(name: string, requires: readonly string[] | null | undefined): boolean {
  return requires?.some((input) => isInput(name, input)) ?? false
}

/** An action names a data point plainly or as rules do. */
function isInput(name: string, input: string): boolean {
  return input === name || input === `custom.${name}`
}
