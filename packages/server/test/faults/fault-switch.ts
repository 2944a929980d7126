/** Lets one call fail: the nth after it was armed, in one of the ways that whoever asks it knows. */
export interface FaultSwitch<Way extends string> {
  arm(call: number, way: Way): void
  /** True when the call that was to fail was made. */
  disarm(): boolean
  /** For every call: how it is to fail, if it is. */
  strike(): Way | undefined
}

export function createFaultSwitch<Way extends string>(): FaultSwitch<Way> {
  let armed: { left: number; way: Way } | undefined
  return {
    arm(call, way) {
      armed = { left: call, way }
    },
    disarm() {
      const hasFailed = armed !== undefined && armed.left <= 0
      armed = undefined
      return hasFailed
    },
    strike() {
      if (armed === undefined) return undefined
      armed.left -= 1
      return armed.left === 0 ? armed.way : undefined
    },
  }
}
