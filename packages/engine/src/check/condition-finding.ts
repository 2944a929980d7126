/** A problem with conditions, and where it is. */
export interface ConditionFinding {
  /** Conditions with an error are not saved. A warning is only shown. */
  severity: 'error' | 'warning'
  /** JSONPath in which `$` is the conditions: `$.and[0]['=='][1]`. */
  path: string
  message: string
}

/** The path of a part. */
export function pathTo(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`
  return /^[A-Za-z_]\w*$/.test(step) ? `${path}.${step}` : `${path}['${step.slice(0, 64).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
}
