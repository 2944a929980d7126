/** Lets one call fail, the nth after it was armed, or that call and all later ones. The caller knows the ways to fail. */
export interface FaultSwitch<Way extends string> {
  arm(call: number, way: Way, lasts?: boolean): void
  /** True when the call that was to fail was made. */
  disarm(): boolean
  /** For every call: how it is to fail, if it is. */
  strike(): Way | undefined
}

export function createFaultSwitch<Way extends string>(): FaultSwitch<Way> {
  let armed: { left: number; way: Way; lasts: boolean } | undefined
  return {
    arm(call, way, lasts = false) {
      armed = { left: call, way, lasts }
    },
    disarm() {
      const hasFailed = armed !== undefined && armed.left <= 0
      armed = undefined
      return hasFailed
    },
    strike() {
      if (armed === undefined) return undefined
      armed.left -= 1
      return armed.left === 0 || (armed.lasts && armed.left < 0) ? armed.way : undefined
    },
  }
}
