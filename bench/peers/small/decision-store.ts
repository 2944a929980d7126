/** What one action leaves in the profile of its user. */
export interface SeenAction {
  userId: string
  action: string
  idempotencyKey: string
  deviceId: string
  ipAddress: string
  /** Milliseconds UTC. */
  at: number
  /** The request as it came, for the record of events. */
  request: string
}

/** What the profile says about an action. The action itself counts. */
export interface Profile {
  isNewDevice: boolean
  isNewAddress: boolean
  accountAgeDays: number
  actions10m: number
  actions1h: number
  actions24h: number
  devices1h: number
  devices24h: number
  ips1h: number
  ips24h: number
}

/** Devices, and addresses, that a profile remembers: the latest. */
export const mostRemembered = 256

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** The windows in which actions are counted. They begin at full ten minutes, hours and days. */
export const actionWindows = [10 * minuteMs, hourMs, dayMs] as const

export interface UsedBefore {
  userId: string
  devices: readonly string[]
  addresses: readonly string[]
}

export interface DecisionStore {
  /** Counts the action and records it, both on disk when this resolves. A repeated key changes nothing and returns what the first one did. */
  see(action: SeenAction): Promise<Profile>
  /** Gives users what they have used before. */
  fill(profiles: Iterable<UsedBefore>): Promise<void>
  /** Processor time of a server of its own that this store uses, microseconds, and its memory in bytes. */
  usage(): { cpu: number; rss: number }
  /** Ends the server of its own at once, as a crash does. */
  kill(): void
  close(): Promise<void>
}

/** The profile of numbers in the order of its members, as stores return and record it. */
export function toProfile(values: readonly number[]): Profile {
  const [isNewDevice = 0, isNewAddress = 0, accountAgeDays = 0, actions10m = 0, actions1h = 0, actions24h = 0] = values
  const [devices1h = 0, devices24h = 0, ips1h = 0, ips24h = 0] = values.slice(6)
  return {
    isNewDevice: isNewDevice === 1,
    isNewAddress: isNewAddress === 1,
    accountAgeDays,
    actions10m,
    actions1h,
    actions24h,
    devices1h,
    devices24h,
    ips1h,
    ips24h,
  }
}
