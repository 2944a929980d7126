/** Something to say about conditions, and where in them. */
export interface ConditionFinding {
  /** Conditions with an error are not saved; a warning is shown. */
  severity: 'error' | 'warning'
  /** JSONPath, `$` being the conditions: `$.and[0]['=='][1]`. */
  path: string
  message: string
}

/** The path one step further in. */
export function pathTo(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`
  return /^[A-Za-z_]\w*$/.test(step) ? `${path}.${step}` : `${path}['${step.slice(0, 64).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
}
