interface Event {
  action: string
  createdAt: string
  ipAddress?: string | undefined
  deviceId?: string | undefined
}

interface Warning {
  code: string
  action: string
  subject: string
  message: string
  lastAt: string
}

/** Milliseconds by which a warning may be noted before or after its event. */
const near = 5000

/** What looks wrong in a track, in sentences; what stands in backticks is a name. Nothing: it is as it should be. */
export function findMistakes(event: Event, warnings: readonly Warning[], expectedAction: string): string[] {
  const { action, ipAddress, deviceId, createdAt } = event
  const found: string[] = []
  if (action !== expectedAction) found.push(`It was tracked as \`${action}\`, not as \`${expectedAction}\`.`)
  const ofEvent = warnings.filter(
    (warning) => warning.action === action && Math.abs(Date.parse(warning.lastAt) - Date.parse(createdAt)) < near,
  )
  found.push(...ofEvent.map(({ message }) => sentence(message)))
  if (ipAddress === undefined) {
    found.push('No address was sent (`ipAddress`): rules about places, networks and Tor know nothing.')
  } else if (isPrivate(ipAddress)) {
    found.push(
      `The address \`${ipAddress}\` is private, so nothing is known of it. On your own machine that is as it should be; elsewhere it is your proxy's, and \`trustedProxies\` is missing.`,
    )
  }
  if (deviceId === undefined) {
    found.push('No device was sent (`deviceId`): a new device looks like a known one. The browser SDK keeps it in the cookie `__sp_did`.')
  }
  return found
}

/** An address that is not on the internet (RFC 1918, 4193, loopback, link-local, carrier NAT). */
export function isPrivate(address: string): boolean {
  const four = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/i.exec(address)
  if (four === null) return /^(::1$|f[cd]|fe[89ab])/i.test(address)
  const [a, b] = [Number(four[1]), Number(four[2])]
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  )
}

function sentence(text: string): string {
  const whole = /[.?!]$/.test(text) ? text : `${text}.`
  return whole.charAt(0).toUpperCase() + whole.slice(1)
}
